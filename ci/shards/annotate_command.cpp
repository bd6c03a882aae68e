#include "ci/shards/annotate_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "ci/engine/options.h"
#include "reports/file_text.h"
#include "reports/groups.h"
#include "reports/read_verdict.h"
#include "reports/visible_text.h"

namespace simple::gate {
namespace {

constexpr size_t kMostSummary = 1 << 20;
constexpr size_t kMostAnnotations = 10;
constexpr size_t kMostMessage = 4096;

// As workflow commands are written; in their properties two more characters mean something.
std::string escaped(std::string_view text, bool property) {
    std::string out;
    for (const char c : text) {
        if (c == '%')
            out += "%25";
        else if (c == '\r')
            out += "%0D";
        else if (c == '\n')
            out += "%0A";
        else if (property && c == ':')
            out += "%3A";
        else if (property && c == ',')
            out += "%2C";
        else
            out += c;
    }
    return out;
}

// What a candidate wrote is text, and a character is not cut in two.
std::string error_line(const std::string& title, const std::string& message) {
    std::string shown = reports::visible_text(message);
    size_t end = std::min(kMostMessage, shown.size());
    while (end > 0 && end < shown.size() && (shown[end] & 0xC0) == 0x80) --end;
    shown.resize(end);
    return fmt::format("::error title={}::{}\n", escaped(reports::visible_line(title), true), escaped(shown, false));
}

}  // namespace

std::string github_annotations(const Verdict& verdict) {
    std::vector<std::string> lines;
    for (const auto& problem : verdict.problems) lines.push_back(error_line("the gate", problem));
    for (const auto& step : verdict.steps)
        for (const auto& problem : step.problems) lines.push_back(error_line("step " + step.name, problem));
    for (const auto& group : groups_of_failures(verdict.cases)) {
        const CaseResult& c = *group.front();
        std::string message = c.message + "\nagain: " + c.repro;
        if (group.size() > 1) message += fmt::format("\nalike: {} more", group.size() - 1);
        lines.push_back(error_line(fmt::format("{} {}", c.name(), to_string(c.status)), message));
    }
    if (lines.size() > kMostAnnotations) {
        const size_t left = lines.size() - (kMostAnnotations - 1);
        lines.resize(kMostAnnotations - 1);
        lines.push_back(error_line("more", fmt::format("{} more are in summary.md", left)));
    }
    std::string text;
    for (const auto& line : lines) text += line;
    return text;
}

std::string cut_summary(const std::string& markdown, size_t bytes) {
    if (markdown.size() <= bytes) return markdown;
    const std::string note = "\n**This summary is cut; the whole is in the uploaded summary.md.**\n";
    const size_t room = bytes > note.size() ? bytes - note.size() : 0;
    const size_t end = room == 0 ? std::string::npos : markdown.rfind('\n', room - 1);
    return (end == std::string::npos ? "" : markdown.substr(0, end + 1)) + note;
}

int annotate(const std::string&, int argc, char** argv) {
    std::string folder;
    std::optional<std::string> summary;
    CLI::App app(
        "Prints the failures of a run as annotations of GitHub, and appends its summary to the job's, cut to the 1 "
        "MiB\n"
        "that GitHub takes. Exit: 0, whatever the verdict.",
        argv[0]);
    app.add_option("folder", folder, "where the run left its reports")->required()->type_name("DIR");
    app.add_option("--summary", summary, "the job summary, $GITHUB_STEP_SUMMARY")->type_name("FILE");
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& e) {
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        throw UsageError(std::string(e.what()) + " (--help lists all options)");
    }
    fmt::print("{}", github_annotations(read_verdict_file(folder + "/verdict.json")));
    if (!summary) return 0;
    std::ofstream out(*summary, std::ios::app);
    out << cut_summary(text_of_file(folder + "/summary.md"), kMostSummary);
    out.close();
    if (!out) throw std::runtime_error("cannot write " + *summary);
    return 0;
}

}  // namespace simple::gate

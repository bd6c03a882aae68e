#include "ci/compare/compare_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>

#include "ci/engine/options.h"
#include "ci/evidence/archive.h"
#include "ci/evidence/bundle.h"
#include "ci/evidence/verify.h"
#include "reports/changes.h"
#include "reports/file_text.h"
#include "reports/read_verdict.h"
#include "reports/visible_text.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// Of a bundle that can be believed.
std::string verdict_in(const std::string& bundle) {
    const evidence::Files files = evidence::unpack(bundle);
    for (const auto& finding : evidence::verify(files, {}))
        if (finding.standing == evidence::Standing::broken)
            throw std::runtime_error(
                fmt::format("{} cannot be believed: {}", bundle, reports::visible_line(finding.text)));
    return files.at(evidence::kVerdict);
}

// A verdict, the folder of a run, or its bundle.
Verdict read(const std::string& given, std::string& file) {
    std::error_code error;
    file = fs::is_directory(given, error) ? (fs::path(given) / "verdict.json").string() : given;
    const bool bundle = fs::path(file).extension() == ".zst";
    Verdict verdict = read_verdict(bundle ? verdict_in(file) : text_of_file(file), reports::visible_line(file));
    demand_ended(verdict, file);
    return verdict;
}

void write(const std::string& text, const std::string& out) {
    if (out.empty()) {
        if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
            throw std::runtime_error("the comparison cannot be written");
        return;
    }
    std::ofstream stream(out, std::ios::binary);
    stream << text;
    if (!stream.flush()) throw std::runtime_error("cannot write " + out);
}

std::string text_of(const Changes& changes, const std::string& format) {
    if (format == "json") return reports::to_json(changes);
    if (format == "markdown") return reports::to_markdown(changes);
    if (format == "html") return reports::to_html(changes);
    return reports::to_text(changes);
}

}  // namespace

int compare_command(const std::string&, int argc, char** argv) {
    std::string before, after, format = "text", out;
    CLI::App app(
        "Says what changed from verdict A to verdict B: new failures, fixed cases, other statuses and codes, cases\n"
        "lost and added, counts, measurements, times. For two builds, stub and real, two versions of LibTorch.\n"
        "Exit: 0 no new failure, 1 new failures or a step newly broken, 2 a file is no verdict, 64 bad usage.",
        argv[0]);
    app.add_option("A", before, "verdict.json, the folder that holds it, or a bundle (.tar.zst)")->required();
    app.add_option("B", after, "likewise, of the later run")->required();
    app.add_option("--format", format, "text, json, markdown or html")
        ->check(CLI::IsMember({"text", "json", "markdown", "html"}));
    app.add_option("--out", out, "write there instead of to the terminal")->type_name("FILE");
    try {
        app.parse(argc, argv);
        for (const std::string* word : {&before, &after})
            if (word->empty()) throw UsageError("compare: an empty name of a verdict; is a variable unset?");
        if (app.count("--out") > 0 && out.empty())
            throw UsageError("compare: --out is given an empty value; is a variable unset?");
    } catch (const CLI::Success& e) {
        app.exit(e);
        return 0;
    } catch (const CLI::ParseError& e) {
        throw UsageError(fmt::format("compare: {} ({} --help)", e.what(), argv[0]));
    }
    std::string before_file, after_file;
    const Verdict a = read(before, before_file), b = read(after, after_file);
    const Changes found = changes(a, before_file, b, after_file);
    write(text_of(found, format), out);
    return found.worse() ? 1 : 0;
}

}  // namespace simple::gate

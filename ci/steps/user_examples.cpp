#include "ci/steps/user_examples.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "ci/run/launched.h"
#include "ci/run/process.h"
#include "ci/steps/time_scale.h"
#include "impl/abi/library_path.h"
#include "reports/golden_text.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr double kExampleSeconds = 120;
constexpr const char* kAnything = "<varies: .*>";

std::vector<fs::path> files_in(const std::string& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename().string().front() != '.') files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

std::string text_of(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

fs::path expected_of(const fs::path& program, const Settings& settings) {
    return fs::path(*settings.expected) / (program.stem().string() + ".txt");
}

struct Printed {
    std::string problem;  // "" where it ended with 0
    std::string text;     // its stdout
};

Printed run_example(const fs::path& program, const Settings& settings) {
    std::string path = fs::temp_directory_path() / "simple-example-XXXXXX";
    const int fd = mkstemp(path.data());
    if (fd < 0) throw std::runtime_error(fmt::format("cannot make {}: {}", path, std::strerror(errno)));
    close(fd);
    const Launch launch = settings.launch.value_or(Launch());
    std::vector<std::string> argv = launch.environment;
    argv.insert(argv.end(), {"/bin/sh", "-c", "exec \"$@\" >\"$0\"", path});
    std::copy_if(launch.before.begin(), launch.before.end(), std::back_inserter(argv),
                 [](const std::string& word) { return word != kAssignmentsHere; });
    argv.push_back(with_folder(settings.candidate));
    argv.insert(argv.end(), launch.after.begin(), launch.after.end());
    argv.push_back(program.string());
    const Ran ran = run_to_end(argv, kExampleSeconds * time_scale(settings));
    Printed printed{"", text_of(path)};
    unlink(path.c_str());
    if (ran.timed_out)
        printed.problem = "it does not end";
    else if (!ran.ending.clean())
        printed.problem = "it " + ran.ending.describe();
    if (!printed.problem.empty() && !ran.output.empty())
        printed.problem += "\nit had written to stderr:\n" + ran.output;
    return printed;
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) parts.push_back(part);
    return parts;
}

bool has_place(const std::string& line) {
    return line.find('<') != std::string::npos && line.find(": ") != std::string::npos;
}

// A line of two runs: words that differ are places.
std::string masked(const std::string& first, const std::string& second) {
    if (first == second) return differences(first + "\n", first + "\n").empty() ? first : kAnything;
    const auto words = split(first, ' '), others = split(second, ' ');
    if (words.size() != others.size()) return kAnything;
    std::string line;
    for (size_t i = 0; i < words.size(); ++i)
        line += (i ? " " : "") + (words[i] == others[i] ? words[i] : "<varies: [^ ]+>");
    return differences(line + "\n", first + "\n").empty() ? line : kAnything;
}

// What is expected from now on. A marked line that is there and fits is kept.
std::string blessed(const std::string& before, const std::string& first, const std::string& second) {
    const auto lines = split(first, '\n'), others = split(second, '\n'), old = split(before, '\n');
    if (lines.size() != others.size())
        throw std::runtime_error(
            "it prints another number of lines each time: write what is expected by hand, with <lines FROM-TO>");
    std::string text;
    for (size_t i = 0; i < lines.size(); ++i) {
        // Elsewhere a line that fits anything fits by chance.
        const auto kept = std::find_if(old.begin(), old.end(), [&](const std::string& line) {
            const bool in_place = static_cast<size_t>(&line - old.data()) == i;
            return has_place(line) && (in_place || line != kAnything) &&
                   differences(line + "\n", lines[i] + "\n").empty();
        });
        text += (kept == old.end() ? masked(lines[i], others[i]) : *kept) + "\n";
    }
    return text;
}

}  // namespace

std::vector<CaseResult> check_user_examples(const Settings& settings) {
    std::vector<CaseResult> cases;
    std::set<fs::path> used;
    const auto add = [&](const std::string& id, std::string problem) {
        CaseResult c;
        c.suite = kUserExamples;
        c.id = id;
        c.status = problem.empty() ? Status::pass : Status::fail;
        c.message = std::move(problem);
        cases.push_back(std::move(c));
    };
    const auto programs = files_in(*settings.examples);
    if (programs.empty()) add("(none)", "no program is in " + *settings.examples);
    for (const auto& program : programs) {
        const fs::path expected = expected_of(program, settings);
        used.insert(expected);
        Printed printed = run_example(program, settings);
        if (printed.problem.empty() && !fs::exists(expected))
            printed.problem = fmt::format("what it should print is not in {}; --bless writes that", expected.string());
        else if (printed.problem.empty())
            if (const std::string diff = differences(text_of(expected), printed.text); !diff.empty())
                printed.problem = fmt::format("it does not print what is in {}:\n{}", expected.string(), diff);
        add(program.filename().string(), printed.problem);
    }
    if (fs::is_directory(*settings.expected))
        for (const auto& expected : files_in(*settings.expected))
            if (used.count(expected) == 0) add(expected.filename().string(), expected.string() + " is of no program");
    return cases;
}

int bless_user_examples(const Settings& settings) {
    fs::create_directories(*settings.expected);
    int failed = 0;
    const auto programs = files_in(*settings.examples);
    for (const auto& program : programs) {
        const fs::path expected = expected_of(program, settings);
        const std::string before = fs::exists(expected) ? text_of(expected) : "";
        const Printed first = run_example(program, settings), second = run_example(program, settings);
        std::string problem = first.problem.empty() ? second.problem : first.problem;
        try {
            if (problem.empty() && fs::exists(expected) && differences(before, first.text).empty() &&
                differences(before, second.text).empty()) {
                fmt::print("as before   {}\n", expected.string());
                continue;
            }
            if (problem.empty()) {
                std::ofstream out(expected, std::ios::binary);
                out << blessed(before, first.text, second.text);
                if (!out.flush()) problem = "it cannot be written";
            }
        } catch (const std::exception& e) {
            problem = e.what();
        }
        failed += problem.empty() ? 0 : 1;
        fmt::print("{} {}{}\n", problem.empty() ? "written    " : "not written", expected.string(),
                   problem.empty() ? "" : ": " + problem);
    }
    fmt::print("{} programs, {} not written; review the others before you keep them\n", programs.size(), failed);
    return failed > 0 || programs.empty() ? 1 : 0;
}

}  // namespace simple::gate

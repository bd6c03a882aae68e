#include "ci/steps/launched_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "ci/agent/protocol.h"
#include "ci/run/process.h"
#include "ci/steps/arithmetic.h"
#include "ci/steps/functions_files.h"
#include "ci/steps/library_step.h"
#include "ci/steps/process_checks.h"
#include "ci/steps/symbol_sets.h"
#include "ci/steps/time_scale.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

// What the agents wrote of the processes that they were in.
struct Notes {
    std::vector<std::string> programs;  // in the order of their beginnings
    bool taken = false;
};

Notes read_notes(const std::string& path) {
    Notes notes;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string what, program;
        long pid = 0;
        words >> what >> pid;
        std::getline(words >> std::ws, program);
        if (what == "took") notes.taken = true;
        if (what == "began" && std::find(notes.programs.begin(), notes.programs.end(), program) == notes.programs.end())
            notes.programs.push_back(program);
    }
    return notes;
}

std::string read_magic(const std::string& path) {
    std::string magic(4, '\0');
    std::ifstream(path, std::ios::binary).read(magic.data(), 4);
    return magic;
}

struct Started {
    Ran ran;
    Notes notes;
};

Started start(const Settings& settings) {
    std::string path = fs::temp_directory_path() / "simple-agent-notes-XXXXXX";
    const int fd = mkstemp(path.data());
    if (fd < 0) throw std::runtime_error(fmt::format("cannot make {}: {}", path, std::strerror(errno)));
    close(fd);
    auto argv = in_program(settings.bin + "/simple-probe.agent.so", settings);
    argv.insert(argv.begin() + 1, fmt::format("{}={}", AGENT_NOTES, path));
    argv.insert(argv.end(), {"", "load"});
    Started started{run_to_end(argv, settings.launch->seconds * time_scale(settings)), {}};
    started.notes = read_notes(path);
    unlink(path.c_str());
    return started;
}

// A script is entered where its interpreter is.
bool was_entered(const Settings& settings, const Notes& notes) {
    std::error_code unknown;
    const std::string program = fs::canonical(settings.candidate, unknown);
    const bool elf = read_magic(settings.candidate) ==
                     "\x7f"
                     "ELF";
    return !notes.programs.empty() &&
           (!elf || std::find(notes.programs.begin(), notes.programs.end(), program) != notes.programs.end());
}

// Why no suite came to run, and what to do about it: one sentence.
std::string reason(const Started& started, const Settings& settings) {
    const Launch& launch = *settings.launch;
    const Ran& ran = started.ran;
    const std::string ended =
        ran.timed_out ? fmt::format("it still ran after {:.3g} s", launch.seconds) : "it " + ran.ending.describe();
    if (started.notes.taken) return "it has the functions, and calling available() in it failed: it " + ended.substr(3);
    if (!was_entered(settings, started.notes))
        return fmt::format(
            "it could not be entered ({}): a launcher that clears the environment must end with env, and a program "
            "must "
            "be linked dynamically with glibc",
            ended);
    const std::string programs = fmt::format("{}", fmt::join(started.notes.programs, ", "));
    if (!ran.timed_out && ran.ending.clean() && !ran.left_behind.empty())
        return fmt::format(
            "it went to the background ({} was left) before it had the functions: have it stay in the "
            "foreground, by --args or --env",
            fmt::join(ran.left_behind, "; "));
    if (ran.timed_out)
        return fmt::format(
            "{} without having the functions; it ran {}: have it load its library at once, by --args or "
            "--env, or wait longer with --wait-for-library=N",
            ended, programs);
    return fmt::format(
        "{} before any of its processes had the functions; it ran {}: have it load its library by "
        "--args or --env",
        ended, programs);
}

SetResult set_of(const char* name, const std::vector<std::string>& symbols, const std::vector<std::string>& found) {
    SetResult set;
    set.name = name;
    set.total = symbols.size();
    for (const auto& symbol : symbols)
        if (std::find(found.begin(), found.end(), symbol) == found.end()) set.missing.push_back(symbol);
    set.present = set.total - set.missing.size();
    return set;
}

}  // namespace

std::optional<Answer> answer_of_launched(const Settings& settings) { return answer_in(start(settings).ran); }

std::vector<CaseResult> check_launched(const Settings& settings, Verdict& verdict, StepResult& step) {
    std::vector<CaseResult> cases;
    std::string problem;
    if (!fs::is_regular_file(settings.candidate))
        problem = fmt::format("{}: {}", settings.candidate,
                              fs::exists(settings.candidate) ? "is no file" : "No such file or directory");
    else if (access(settings.candidate.c_str(), X_OK) != 0)
        problem = settings.candidate + " may not be executed (chmod +x)";
    cases.push_back(library_case("file", {}, problem));
    if (!problem.empty()) {
        step.problems.push_back(problem);  // a slip on the command line
        return cases;
    }
    const Started started = start(settings);
    const std::optional<Answer> answer = answer_in(started.ran);
    cases.push_back(library_case("loads-now", {"E1"}, ""));
    if (!answer) {
        CaseResult& loads = cases.back();
        loads.status = started.ran.timed_out ? Status::timeout : started.notes.taken ? Status::crash : Status::fail;
        loads.message = reason(started, settings);
        if (!started.ran.output.empty()) loads.message += "\nit had written:\n" + started.ran.output;
        return cases;
    }
    verdict.run.backend = answer->backend;
    verdict.run.version = answer->version;
    take_functions(*answer, verdict);
    verdict.sets = {set_of("core", symbols_of(Set::core), answer->symbols),
                    set_of("control", symbols_of(Set::control), answer->symbols),
                    set_of("dyncall", dyncall_symbols(), answer->symbols)};
    for (const auto& set : verdict.sets) cases.push_back(judge_set(set, settings, ""));
    note_arithmetic(started.ran, verdict.run, step.notes);
    step.notes.push_back("a program: suites run inside it; the functions are " + answer->where);
    if (started.notes.programs.size() > 1)
        step.notes.push_back(fmt::format("processes before it had them: {}", fmt::join(started.notes.programs, ", ")));
    for (const auto& set : verdict.sets)
        step.notes.push_back(fmt::format("{}: {}, {} of {} symbols", set.name, set.state(), set.present, set.total));
    return cases;
}

}  // namespace simple::gate

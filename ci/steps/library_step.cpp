#include "ci/steps/library_step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "ci/run/launched.h"
#include "ci/run/running.h"
#include "ci/steps/arithmetic.h"
#include "ci/steps/dependencies.h"
#include "ci/steps/elf_file.h"
#include "ci/steps/functions_files.h"
#include "ci/steps/launched_program.h"
#include "ci/steps/loaded_libraries.h"
#include "ci/steps/process_checks.h"
#include "ci/steps/symbol_sets.h"
#include "ci/steps/time_scale.h"
#include "ci/testkit/seconds.h"
#include "impl/abi/function_table.h"
#include "impl/abi/library_path.h"

namespace simple::gate {
namespace {

// In starts of a small program, or hundredths of what loading its dependencies takes, whichever is longer.
constexpr double kLoadOverUnit = 5;
constexpr double kStartSeconds = 60;  // a program to its first call
constexpr const char* kPreload = "LD_PRELOAD=";

bool has(const std::vector<std::string>& sorted, const std::string& symbol) {
    return std::binary_search(sorted.begin(), sorted.end(), symbol);
}

// A library that the program is linked with, and that has functions of the table which the program lacks.
struct Provider {
    std::string path;
    std::vector<std::string> exported;
};

std::vector<Provider> providers_of(const Settings& settings) {
    std::vector<Provider> providers;
    for (const auto& path : dependencies_of(settings.candidate, time_scale(settings))) {
        try {
            Provider provider{path, read_elf(path).exported};
            if (std::any_of(provider.exported.begin(), provider.exported.end(),
                            [](const auto& symbol) { return find_function(symbol) != nullptr; }))
                providers.push_back(std::move(provider));
        } catch (const std::exception&) {
            continue;  // what the loader makes of it is seen when it is started
        }
    }
    return providers;
}

// A program's functions are found where it exports them, where its symbol table lists them, and in the libraries that
// it is linked with.
SetResult set_of(const std::string& name, const std::vector<std::string>& symbols, const ElfFile& file,
                 const std::vector<Provider>& providers) {
    SetResult set;
    set.name = name;
    set.total = symbols.size();
    for (const auto& symbol : symbols)
        if (!has(file.exported, symbol) && !(file.program && has(file.listed, symbol)) &&
            std::none_of(providers.begin(), providers.end(),
                         [&](const Provider& p) { return has(p.exported, symbol); }))
            set.missing.push_back(symbol);
    set.present = set.total - set.missing.size();
    return set;
}

std::vector<std::string> beyond_the_tables(const ElfFile& file) {
    const auto dyncall = dyncall_symbols();
    std::vector<std::string> symbols;
    for (const auto& symbol : file.program ? std::vector<std::string>() : file.exported)
        if (!find_function(symbol) && std::find(dyncall.begin(), dyncall.end(), symbol) == dyncall.end())
            symbols.push_back(symbol);
    return symbols;
}

// What may be behind functions that are missing.
std::string hint(const ElfFile& file, const SetResult& set) {
    if (file.program && file.listed.empty()) return " (the program is stripped)";
    if (file.program && set.present == 0)
        return " (of a program that loads them itself, late: --wait-for-library runs its main till then)";
    const bool of_archive = file.program ? set.present > 0 : set.present == 0;
    return of_archive ? " (if they are in an archive: the linker takes only what is called of one, unless it is linked "
                        "between -Wl,--whole-archive and -Wl,--no-whole-archive)"
                      : "";
}

void check_symbols(const Settings& settings, const ElfFile& file, Verdict& verdict, StepResult& step,
                   std::vector<CaseResult>& cases) {
    const std::vector<std::string> dyncall = dyncall_symbols();
    const auto providers = file.program ? providers_of(settings) : std::vector<Provider>();
    for (const auto& provider : providers)
        step.notes.push_back("the program is linked with a library that has the functions: " + provider.path);
    verdict.sets = {set_of("core", symbols_of(Set::core), file, providers),
                    set_of("control", symbols_of(Set::control), file, providers),
                    set_of("dyncall", dyncall, file, providers)};
    verdict.extra_symbols = beyond_the_tables(file);

    for (const auto& set : verdict.sets)
        cases.push_back(judge_set(set, settings, set.missing.empty() ? "" : hint(file, set)));
    const bool extra = settings.own_build && !verdict.extra_symbols.empty();
    cases.push_back(
        library_case("symbols-beyond-the-tables", {},
                     extra ? "the library exports symbols that are in no table: " + names(verdict.extra_symbols) : ""));
}

// A process that loads the library's dependencies, then the library.
std::vector<std::string> loading_process(const Settings& settings) {
    std::vector<std::string> argv{settings.bin + "/simple-probe", settings.candidate, "load"};
    for (auto& path : dependencies_of(settings.candidate, time_scale(settings))) argv.push_back(std::move(path));
    return argv;
}

Timed load_library(const Settings& settings, const std::vector<Latency>& later, SparedSamples& spared) {
    return measure_loading({"library",
                            "latency/load-and-first-call",
                            "",
                            "loading and the first call over 1 % of its dependencies' loading or a program's start",
                            loading_process(settings),
                            kLoadOverUnit,
                            true,
                            {}},
                           later, settings, spared);
}

// What the two processes wrote that see what loading it changes, and ask what it computes with: neither is timed.
struct Visited {
    Ran visit;
    std::optional<Ran> arithmetic;
};

Visited visit_and_ask(const Settings& settings) {
    if (settings.jobs == 1) return {visit(settings), std::nullopt};
    Running asked(arithmetic_process(settings), arithmetic_seconds(settings));
    Visited visited;
    visited.visit = visit(settings);
    // One that hangs would be waited for twice.
    if (visited.visit.timed_out) return visited;
    while (asked.look()) {
    }
    visited.arithmetic = asked.take();
    return visited;
}

// A program's own libraries and constructors take what time they take.
Ran start_program(const Settings& settings) {
    auto argv = in_program(settings.bin + "/simple-probe.agent.so", settings);
    argv.insert(argv.end(), {"", "load"});
    return run_to_end(argv, kStartSeconds * time_scale(settings));
}

// Of a candidate that cannot be loaded, or started, to its first call.
void describe_failure(const Ran& ran, const char* what, CaseResult& loads) {
    const Ending& ending = ran.ending;
    loads.status = Status::fail;
    if (ran.timed_out) {
        loads.status = Status::timeout;
        loads.message = fmt::format("{} it does not end", what);
    } else if (ending.signal != 0 || (!ending.clean() && ending.exit_code != 2)) {
        loads.status = Status::crash;
        loads.message = fmt::format("{} it and calling available(): {}", what, ending.describe());
    } else {
        loads.message = fmt::format("{} it fails: {}", what, ran.output.empty() ? "it says nothing" : ran.output);
        return;
    }
    if (!ran.output.empty()) loads.message += "\nit had written:\n" + ran.output;
}

}  // namespace

std::vector<std::string> symbols_beyond_the_tables(const std::string& library) {
    try {
        return beyond_the_tables(read_elf(library));
    } catch (const std::exception&) {  // the step tells what it is
        return {};
    }
}

std::vector<std::string> in_program(const std::string& agent, const Settings& settings) {
    std::vector<std::string> argv{"LD_PRELOAD=" + preloadable(agent)};
    const std::string program = with_folder(settings.candidate);
    if (!settings.launch) {
        argv.push_back(program);
        return argv;
    }
    const Launch& launch = *settings.launch;
    for (const auto& variable : launch.environment) {
        if (variable.rfind(kPreload, 0) == 0)
            argv.front() += ":" + variable.substr(std::char_traits<char>::length(kPreload));
        else
            argv.push_back(variable);
    }
    argv.insert(argv.end(), launch.before.begin(), launch.before.end());
    argv.push_back(program);
    argv.insert(argv.end(), launch.after.begin(), launch.after.end());
    argv.emplace_back(kForAgent);
    return argv;
}

std::vector<CaseResult> check_library(const Settings& settings, const std::vector<Latency>& later,
                                      SparedSamples& spared, Verdict& verdict, StepResult& step) {
    std::vector<CaseResult> cases;
    if (settings.launch) return check_launched(settings, verdict, step);
    ElfFile file;
    try {
        file = read_elf(settings.candidate);
    } catch (const std::exception& e) {
        // A path that names no file is a slip on the command line, not a candidate that falls short.
        if (!std::filesystem::is_regular_file(settings.candidate)) step.problems.emplace_back(e.what());
        cases.push_back(library_case("file", {}, e.what()));
        return cases;
    }
    cases.push_back(library_case("file", {}, ""));
    std::string problem;
    if (!file.shared && !file.program)
        problem = "it is neither a shared library nor a program";
    else if (file.machine != own_machine() || file.bits != 64)
        problem = fmt::format("it is built for {} ({} bits), this machine is {}", machine_name(file.machine), file.bits,
                              machine_name(own_machine()));
    else if (file.program && !file.interpreted)
        problem = "the program is linked statically, so that no suite can be preloaded into it";
    cases.push_back(library_case("machine", {}, problem));
    if (!problem.empty()) return cases;

    check_symbols(settings, file, verdict, step, cases);
    const Visited of_processes = settings.program ? Visited{start_program(settings), {}} : visit_and_ask(settings);
    const Ran& visited = of_processes.visit;
    cases.push_back(library_case("loads-now", {"E1"}, ""));
    const std::optional<Answer> answer = answer_in(visited);
    if (!answer) {
        describe_failure(visited, settings.program ? "starting" : "loading", cases.back());
        return cases;
    }
    verdict.run.backend = answer->backend;
    verdict.run.version = answer->version;
    if (settings.program) {
        take_functions(*answer, verdict);
        step.notes.emplace_back("a program: suites run inside it, in place of its main");
    } else {
        for (auto& c : check_process(visited)) cases.push_back(std::move(c));
        if (!visited.timed_out &&
            settings.checks("library")) {  // else each of the processes that are timed would be waited for
            Timed loading = load_library(settings, later, spared);
            step.notes.push_back(std::move(loading.note));
            cases.push_back(std::move(loading.result));
        }
    }
    if (!file.libtorch_headers.empty())
        step.notes.push_back(
            fmt::format("built with LibTorch {}, runs with {}", file.libtorch_headers, verdict.run.version));
    if (!settings.program) verdict.loaded_files = loaded_in(visited);
    for (auto& note : notes_of_loaded(verdict.loaded_files)) step.notes.push_back(std::move(note));
    if (!visited.timed_out)
        note_arithmetic(settings.program          ? visited
                        : of_processes.arithmetic ? *of_processes.arithmetic
                                                  : ask_arithmetic(settings),
                        verdict.run, step.notes);
    for (const auto& set : verdict.sets)
        step.notes.push_back(fmt::format("{}: {}, {} of {} symbols", set.name, set.state(), set.present, set.total));
    if (!verdict.extra_symbols.empty())
        step.notes.push_back("symbols beyond the tables: " + names(verdict.extra_symbols));
    return cases;
}

std::optional<Answer> answer_of_program(const Settings& settings) {
    return settings.launch ? answer_of_launched(settings) : answer_in(start_program(settings));
}

double seconds_of_dependencies(const Settings& settings) {
    constexpr int kProcesses = 2;
    double least = 0;
    for (int i = 0; i < kProcesses; ++i) try {
            const double before = cpu_seconds(RUSAGE_CHILDREN);
            const Ran ran = run_to_end(loading_process(settings), kStartSeconds * time_scale(settings));
            const double used = cpu_seconds(RUSAGE_CHILDREN) - before;
            const auto times = nlohmann::json::parse(ran.events);
            const double own = times.at("dependencies_seconds"), load = times.at("load_seconds"),
                         first = times.at("first_call_seconds");
            const double seconds = used * own / (own + load + first);
            least = i == 0 ? seconds : std::min(least, seconds);
        } catch (const std::exception&) {
            return 0;  // the step library says what is wrong
        }
    return least;
}

}  // namespace simple::gate

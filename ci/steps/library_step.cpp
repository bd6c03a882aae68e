#include "ci/steps/library_step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "ci/steps/calibration.h"
#include "ci/steps/dependencies.h"
#include "ci/steps/elf_file.h"
#include "ci/steps/latency.h"
#include "ci/steps/process_checks.h"
#include "impl/abi/function_table.h"
#include "impl/abi/library_path.h"

namespace simple::gate {
namespace {

// In starts of a small program, or hundredths of what loading its dependencies takes, whichever is longer.
constexpr double kLoadOverUnit = 5;
constexpr double kStartSeconds = 60;  // a program to its first call

constexpr const char* kDyncall[] = {
#define RT_DYNCALL(symbol, ...) #symbol,
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
};

std::string names(const std::vector<std::string>& list) {
    constexpr size_t kShown = 12;
    std::string text = fmt::format("{}", fmt::join(list.begin(), list.begin() + std::min(kShown, list.size()), ", "));
    if (list.size() > kShown) text += fmt::format(" and {} more", list.size() - kShown);
    return text;
}

CaseResult result(std::string id, std::vector<std::string> promises, std::string problem) {
    CaseResult c;
    c.suite = "library";
    c.id = std::move(id);
    c.promises = std::move(promises);
    c.status = problem.empty() ? Status::pass : Status::fail;
    c.message = std::move(problem);
    return c;
}

bool has(const std::vector<std::string>& sorted, const std::string& symbol) {
    return std::binary_search(sorted.begin(), sorted.end(), symbol);
}

// A library that a program is linked with, and that has functions of the table which the program lacks.
struct Provider {
    std::string path;
    std::vector<std::string> exported;
};

std::vector<Provider> providers_of(const std::string& program) {
    std::vector<Provider> providers;
    for (const auto& path : dependencies_of(program)) {
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
    std::vector<std::string> symbols;
    for (const auto& symbol : file.program ? std::vector<std::string>() : file.exported)
        if (!find_function(symbol) && std::find(std::begin(kDyncall), std::end(kDyncall), symbol) == std::end(kDyncall))
            symbols.push_back(symbol);
    return symbols;
}

std::vector<std::string> symbols_of(Set set) {
    std::vector<std::string> symbols;
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == set) symbols.emplace_back(functions()[i].symbol);
    return symbols;
}

// What may be behind functions that are missing.
std::string hint(const ElfFile& file, const SetResult& set) {
    if (file.program && file.listed.empty()) return " (the program is stripped)";
    const bool of_archive = file.program ? set.present > 0 : set.present == 0;
    return of_archive ? " (if they are in an archive: the linker takes only what is called of one, unless it is linked "
                        "between -Wl,--whole-archive and -Wl,--no-whole-archive)"
                      : "";
}

void check_symbols(const Settings& settings, const ElfFile& file, Verdict& verdict, StepResult& step,
                   std::vector<CaseResult>& cases) {
    const std::vector<std::string> dyncall(std::begin(kDyncall), std::end(kDyncall));
    const auto providers = file.program ? providers_of(settings.candidate) : std::vector<Provider>();
    for (const auto& provider : providers)
        step.notes.push_back("the program is linked with a library that has the functions: " + provider.path);
    verdict.sets = {set_of("core", symbols_of(Set::core), file, providers),
                    set_of("control", symbols_of(Set::control), file, providers),
                    set_of("dyncall", dyncall, file, providers)};
    verdict.extra_symbols = beyond_the_tables(file);

    for (const auto& set : verdict.sets) {
        const bool required = set.name == "core" || (settings.own_build && set.name == "control") ||
                              (settings.own_build && set.state() == "partial");
        std::string problem;
        if (required && !set.missing.empty())
            problem = fmt::format("{} of {} symbols are missing: {}{}", set.missing.size(), set.total,
                                  names(set.missing), hint(file, set));
        auto c = result("symbols-" + set.name, {}, problem);
        if (settings.partial && !problem.empty()) {
            c.status = Status::skipped;
            c.capability = "symbol";
        }
        cases.push_back(std::move(c));
    }
    const bool extra = settings.own_build && !verdict.extra_symbols.empty();
    cases.push_back(
        result("symbols-beyond-the-tables", {},
               extra ? "the library exports symbols that are in no table: " + names(verdict.extra_symbols) : ""));
}

Timed load_library(const Settings& settings) {
    Latency loading{"library",
                    "latency/load-and-first-call",
                    "",
                    "loading and the first call over 1 % of its dependencies' loading or a program's start",
                    {settings.bin + "/simple-probe", settings.candidate, "load"},
                    kLoadOverUnit};
    for (auto& path : dependencies_of(settings.candidate)) loading.argv.push_back(std::move(path));
    return measure(loading, settings);
}

// A program's own libraries and constructors take what time they take.
Ran start_program(const Settings& settings) {
    auto argv = in_program(settings.bin + "/simple-probe.agent.so", settings);
    argv.insert(argv.end(), {"", "load"});
    return run_to_end(argv, kStartSeconds * settings.timeout_scale * slowness());
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
    return {"LD_PRELOAD=" + preloadable(agent), with_folder(settings.candidate)};
}

std::vector<CaseResult> check_library(const Settings& settings, Verdict& verdict, StepResult& step) {
    std::vector<CaseResult> cases;
    ElfFile file;
    try {
        file = read_elf(settings.candidate);
    } catch (const std::exception& e) {
        // A path that names no file is a slip on the command line, not a candidate that falls short.
        if (!std::filesystem::is_regular_file(settings.candidate)) step.problems.emplace_back(e.what());
        cases.push_back(result("file", {}, e.what()));
        return cases;
    }
    cases.push_back(result("file", {}, ""));
    std::string problem;
    if (!file.shared && !file.program)
        problem = "it is neither a shared library nor a program";
    else if (file.machine != own_machine() || file.bits != 64)
        problem = fmt::format("it is built for {} ({} bits), this machine is {}", machine_name(file.machine), file.bits,
                              machine_name(own_machine()));
    else if (file.program && !file.interpreted)
        problem = "the program is linked statically, so that no suite can be preloaded into it";
    cases.push_back(result("machine", {}, problem));
    if (!problem.empty()) return cases;

    check_symbols(settings, file, verdict, step, cases);
    const Ran visited = settings.program ? start_program(settings) : visit(settings);
    cases.push_back(result("loads-now", {"E1"}, ""));
    const std::optional<Answer> answer = answer_in(visited);
    if (!answer) {
        describe_failure(visited, settings.program ? "starting" : "loading", cases.back());
        return cases;
    }
    verdict.run.backend = answer->backend;
    verdict.run.version = answer->version;
    if (settings.program) {
        step.notes.emplace_back("a program: suites run inside it, in place of its main");
    } else {
        for (auto& c : check_process(visited)) cases.push_back(std::move(c));
        if (!visited.timed_out &&
            settings.checks("library")) {  // else each of the processes that are timed would be waited for
            Timed loading = load_library(settings);
            step.notes.push_back(std::move(loading.note));
            cases.push_back(std::move(loading.result));
        }
    }
    if (!file.libtorch_headers.empty())
        step.notes.push_back(
            fmt::format("built with LibTorch {}, runs with {}", file.libtorch_headers, verdict.run.version));
    for (const auto& set : verdict.sets)
        step.notes.push_back(fmt::format("{}: {}, {} of {} symbols", set.name, set.state(), set.present, set.total));
    if (!verdict.extra_symbols.empty())
        step.notes.push_back("symbols beyond the tables: " + names(verdict.extra_symbols));
    return cases;
}

}  // namespace simple::gate

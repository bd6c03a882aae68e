#include "ci/engine/library_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "ci/engine/elf_file.h"
#include "ci/engine/latency.h"
#include "impl/abi/function_table.h"

namespace simple::gate {
namespace {

constexpr double kLoadSeconds = 0.020;  // beyond what LibTorch's own loading takes

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

SetResult set_of(const std::string& name, const std::vector<std::string>& symbols, const ElfFile& file) {
    SetResult set;
    set.name = name;
    set.total = symbols.size();
    for (const auto& symbol : symbols)
        if (!std::binary_search(file.exported.begin(), file.exported.end(), symbol)) set.missing.push_back(symbol);
    set.present = set.total - set.missing.size();
    return set;
}

std::vector<std::string> symbols_of(Set set) {
    std::vector<std::string> symbols;
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (functions()[i].set == set) symbols.emplace_back(functions()[i].symbol);
    return symbols;
}

void check_symbols(const Settings& settings, const ElfFile& file, Verdict& verdict, std::vector<CaseResult>& cases) {
    const std::vector<std::string> dyncall(std::begin(kDyncall), std::end(kDyncall));
    verdict.sets = {set_of("core", symbols_of(Set::core), file), set_of("control", symbols_of(Set::control), file),
                    set_of("dyncall", dyncall, file)};
    for (const auto& symbol : file.exported)
        if (!find_function(symbol) && std::find(dyncall.begin(), dyncall.end(), symbol) == dyncall.end())
            verdict.extra_symbols.push_back(symbol);

    for (const auto& set : verdict.sets) {
        const bool required = set.name == "core" || (settings.own_build && set.name == "control") ||
                              (settings.own_build && set.state() == "partial");
        std::string problem;
        if (required && !set.missing.empty())
            problem =
                fmt::format("{} of {} symbols are missing: {}", set.missing.size(), set.total, names(set.missing));
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

}  // namespace

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
    if (!file.shared)
        problem = "it is not a shared library";
    else if (file.machine != own_machine() || file.bits != 64)
        problem = fmt::format("it is built for {} ({} bits), this machine is {}", machine_name(file.machine), file.bits,
                              machine_name(own_machine()));
    cases.push_back(result("machine", {}, problem));
    if (!problem.empty()) return cases;

    check_symbols(settings, file, verdict, cases);
    Timed loading = measure({"library",
                             "latency/load-and-first-call",
                             "",
                             "loading and the first call",
                             {settings.bin + "/simple-probe", settings.candidate, "load"},
                             kLoadSeconds,
                             Latency::By::least,
                             settings.quick ? 1 : 3},
                            settings);
    cases.push_back(result("loads-now", {"E1"}, ""));
    if (loading.bad) {
        CaseResult& loads = cases.back();
        const Ending& ending = loading.ran.ending;
        loads.status = Status::fail;
        if (loading.ran.timed_out) {
            loads.status = Status::timeout;
            loads.message = "loading it does not end";
        } else if (ending.signal != 0 || (!ending.clean() && ending.exit_code != 2)) {
            loads.status = Status::crash;
            loads.message = fmt::format("loading it and calling available(): {}", ending.describe());
        } else {
            loads.message = "it cannot be loaded: " + loading.ran.output;
        }
        return cases;
    }
    verdict.run.backend = loading.first.at("backend");
    verdict.run.version = loading.first.at("version");
    step.notes.push_back(std::move(loading.note));
    if (!file.libtorch_headers.empty())
        step.notes.push_back(
            fmt::format("built with LibTorch {}, runs with {}", file.libtorch_headers, verdict.run.version));
    cases.push_back(std::move(loading.result));
    for (const auto& set : verdict.sets)
        step.notes.push_back(fmt::format("{}: {}, {} of {} symbols", set.name, set.state(), set.present, set.total));
    if (!verdict.extra_symbols.empty())
        step.notes.push_back("symbols beyond the tables: " + names(verdict.extra_symbols));
    return cases;
}

}  // namespace simple::gate

#include "ci/engine/library_step.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "ci/engine/elf_file.h"
#include "ci/engine/process.h"
#include "impl/abi/function_table.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

// Limits of DESIGN's latency gates.
constexpr double kLoadSeconds = 0.020;
constexpr double kStubAddFreeSeconds = 120e-9;
constexpr double kProbeSeconds = 60;
constexpr int kProbes = 3;
constexpr int kQuickProbes = 1;

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

struct Loads {
    std::string problem;
    Status status = Status::pass;
    double seconds = 0;  // the least of several processes: noise only adds
    Json first;
};

Loads load_in_child(const Settings& settings) {
    Loads loads;
    const int probes = settings.quick ? kQuickProbes : kProbes;
    for (int i = 0; i < probes && !interrupted(); ++i) {
        const Ran ran = run_to_end({settings.bin + "/simple-probe", settings.candidate, "load"},
                                   kProbeSeconds * settings.timeout_scale);
        const Json measured = Json::parse(ran.events, nullptr, false);
        if (ran.timed_out) {
            loads.status = Status::timeout;
            loads.problem = "loading it does not end";
        } else if (ran.ending.signal != 0 || (!ran.ending.clean() && ran.ending.exit_code != 2)) {
            loads.status = Status::crash;
            loads.problem = fmt::format("loading it and calling available(): {}", ran.ending.describe());
        } else if (!ran.ending.clean() || !measured.is_object()) {
            loads.status = Status::fail;
            loads.problem = "it cannot be loaded: " + ran.output;
        }
        if (!loads.problem.empty()) return loads;
        const double seconds =
            measured.at("load_seconds").get<double>() + measured.at("first_call_seconds").get<double>();
        if (i == 0) loads.first = measured;
        loads.seconds = i == 0 ? seconds : std::min(loads.seconds, seconds);
    }
    return loads;
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
    const Loads loads = load_in_child(settings);
    cases.push_back(result("loads-now", {"E1"}, loads.problem));
    cases.back().status = loads.status;
    if (loads.status != Status::pass) return cases;
    verdict.run.backend = loads.first.at("backend");
    verdict.run.version = loads.first.at("version");

    const bool slow = loads.seconds > kLoadSeconds;
    cases.push_back(result("latency/load-and-first-call", {},
                           slow ? fmt::format("{:.1f} ms on top of what it needs; the limit is {:.0f} ms",
                                              loads.seconds * 1e3, kLoadSeconds * 1e3)
                                : ""));
    step.notes.push_back(
        fmt::format("load and first call: {:.2f} ms (limit {:.0f} ms)", loads.seconds * 1e3, kLoadSeconds * 1e3));
    for (const auto& set : verdict.sets)
        step.notes.push_back(fmt::format("{}: {}, {} of {} symbols", set.name, set.state(), set.present, set.total));
    if (!verdict.extra_symbols.empty())
        step.notes.push_back("symbols beyond the tables: " + names(verdict.extra_symbols));
    return cases;
}

CaseResult check_stub_latency(const Settings& settings, StepResult& step) {
    const Ran ran =
        run_to_end({settings.bin + "/simple-probe", settings.stub, "latency"}, kProbeSeconds * settings.timeout_scale);
    CaseResult c = result("latency/add-free", {}, "");
    c.suite = "stub";
    c.function = "add";
    const Json measured = Json::parse(ran.events, nullptr, false);
    if (ran.timed_out || !ran.ending.clean() || !measured.is_object()) {
        c.status = Status::error;
        c.message = fmt::format("not measured: {} {}", ran.timed_out ? "timed out" : ran.ending.describe(), ran.output);
        return c;
    }
    const double seconds = measured.at("add_free_seconds");
    if (seconds > kStubAddFreeSeconds) {
        c.status = Status::fail;
        c.message =
            fmt::format("add + free takes {:.0f} ns; the limit is {:.0f} ns", seconds * 1e9, kStubAddFreeSeconds * 1e9);
    }
    step.notes.push_back(
        fmt::format("add + free: {:.0f} ns (limit {:.0f} ns)", seconds * 1e9, kStubAddFreeSeconds * 1e9));
    return c;
}

}  // namespace simple::gate

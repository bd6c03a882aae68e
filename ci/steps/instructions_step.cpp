#include "ci/steps/instructions_step.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "ci/steps/measuring_program.h"
#include "impl/abi/function_table.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

// LibTorch's loading under valgrind takes most of it, twice where the baseline is a library.
constexpr double kCountingSeconds = 3600;

void add_call(const Json& call, const Settings& settings, CaseResult& result) {
    const std::string name = call.at("call").get<std::string>();
    const std::string outcome = call.at("result").get<std::string>();
    std::string changes = fmt::format("{}", fmt::join(call.at("changes").get<std::vector<std::string>>(), "; "));
    if (outcome != "same") {
        if (changes.empty()) throw std::runtime_error(fmt::format("{} is {}, and nothing changed", name, outcome));
        result.message += fmt::format("{}{}: {}", result.message.empty() ? "" : "\n", name, changes);
    }
    if (outcome == "worse" || outcome == "unknown") {
        if (call.at("missing").get<bool>() && settings.partial && result.status != Status::fail) {
            result.status = Status::skipped;
            result.capability = "symbol";
            result.message.clear();
        } else {
            result.status = Status::fail;
        }
    } else if (outcome != "same" && outcome != "reported" && outcome != "improved") {
        throw std::runtime_error(fmt::format("{} is {}, which is no result", name, outcome));
    }
}

Measurement measurement_of(const Json& row) {
    Measurement m;
    m.name = row.at("name").get<std::string>();
    m.function = row.at("function").get<std::string>();
    m.size = row.at("size").get<std::string>();
    m.threads = row.at("threads").get<int>();
    m.side = row.at("side").get<std::string>();
    m.unit = row.at("unit").get<std::string>();
    m.samples = row.at("samples").get<std::vector<double>>();
    if (m.samples.empty()) throw std::runtime_error(m.name + " has no sample");
    return m;
}

// What stands for all functions where nothing can be compared.
constexpr const char* kBaseline = "(baseline)";

bool is_whole(const Settings& settings) {
    return settings.filters.empty() && selects(settings, kInstructionsSuite, kBaseline, "", true);
}

// The functions that filters, or failures of the last run, ask for.
std::vector<std::string> asked_for(const Settings& settings) {
    std::vector<std::string> names;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const std::string name(functions()[i].name);
        if (is_whole(settings) || selects(settings, kInstructionsSuite, name, name, true)) names.push_back(name);
    }
    return names;
}

// Of a report that compared nothing.
std::vector<CaseResult> not_measured(const std::string& reason, const Settings& settings) {
    if (reason.empty()) throw std::runtime_error("nothing was compared, and it does not say why");
    CaseResult result;
    result.suite = kInstructionsSuite;
    result.id = kBaseline;
    result.status = Status::inconclusive;
    result.message = "not measured: " + reason;
    if (is_whole(settings)) return {result};
    std::vector<CaseResult> results;
    for (const std::string& name : asked_for(settings)) {
        result.id = result.function = name;
        results.push_back(result);
    }
    return results;
}

std::vector<CaseResult> cases_of(const Json& report, const Settings& settings, std::vector<std::string>& notes) {
    std::map<std::string, CaseResult> by_function;
    size_t same = 0;
    for (const Json& call : report.at("calls")) {
        const std::string function = call.at("function").get<std::string>();
        const auto [found, is_new] = by_function.try_emplace(function);
        CaseResult& result = found->second;
        if (is_new) {
            result.suite = kInstructionsSuite;
            result.id = result.function = function;
            result.status = Status::pass;
        }
        add_call(call, settings, result);
        same += call.at("result").get<std::string>() == "same";
    }
    notes.push_back(fmt::format("instructions: {} of {} calls cost the same as in {}", same, report.at("calls").size(),
                                report.at("baseline").get<std::string>()));
    const bool all_pass = report.at("verdict").get<std::string>() == "pass";
    std::vector<CaseResult> cases;
    bool failed = false;
    for (auto& [function, result] : by_function) {
        failed = failed || result.status == Status::fail || result.status == Status::skipped;
        if (result.status == Status::pass && !result.message.empty()) notes.push_back(result.message);
        cases.push_back(std::move(result));
    }
    if (failed == all_pass) throw std::runtime_error("its verdict is not what its calls say");
    return cases;
}

}  // namespace

InstructionCounts read_instruction_counts(const std::string& json, const Settings& settings) {
    InstructionCounts counts;
    try {
        const Json report = Json::parse(json);
        for (const Json& row : report.at("measurements")) counts.measurements.push_back(measurement_of(row));
        const Json& dispatch = report.at("dispatch");
        counts.notes.push_back("instructions: counted with dispatch pinned: " + dispatch.dump());
        if (report.at("verdict").get<std::string>() == "not measured") {
            counts.cases = not_measured(report.at("reason").get<std::string>(), settings);
            return counts;
        }
        counts.cases = cases_of(report, settings, counts.notes);
        for (const std::string& name : asked_for(settings))
            if (find_function(name)->set == Set::core &&
                std::none_of(counts.cases.begin(), counts.cases.end(),
                             [&](const CaseResult& c) { return c.function == name; }))
                throw std::runtime_error(fmt::format("{} was not counted", name));
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("the report of count_instructions is not readable: {}", e.what()));
    }
    return counts;
}

std::vector<CaseResult> check_instructions(const Settings& settings, StepResult& step, Verdict& verdict) {
    std::vector<std::string> argv{settings.bin + "/count_instructions", "--candidate", settings.candidate};
    if (settings.baseline) argv.insert(argv.end(), {"--baseline", *settings.baseline});
    // Committed counts are of this project's library.
    if (settings.own_build) argv.insert(argv.end(), {"--committed", settings.counts});
    const std::vector<std::string> asked = asked_for(settings);
    if (asked.empty()) return {};
    if (!is_whole(settings)) argv.insert(argv.end(), {"--functions", fmt::format("{}", fmt::join(asked, ","))});
    const MeasuringRun run = run_measuring(std::move(argv), "instructions", kCountingSeconds, settings);
    if (interrupted()) return {};
    step.status = StepStatus::pass;  // until judged: it applies, whatever could be timed
    try {
        demand_measured(run, "count_instructions");
        InstructionCounts counts = read_instruction_counts(run.report, settings);
        step.notes.insert(step.notes.end(), counts.notes.begin(), counts.notes.end());
        verdict.measurements.insert(verdict.measurements.end(), counts.measurements.begin(), counts.measurements.end());
        return std::move(counts.cases);
    } catch (const std::exception& e) {
        step.problems.emplace_back(e.what());
        return {};
    }
}

}  // namespace simple::gate

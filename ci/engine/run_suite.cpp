// Gate's functions that run one suite and judge it.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ci/engine/audit.h"
#include "ci/engine/gate.h"
#include "ci/engine/suite_program.h"
#include "ci/steps/library_step.h"
#include "ci/steps/recorded_plan.h"
#include "impl/abi/function_table.h"
#include "reports/promises.h"

namespace simple::gate {

void Gate::run_suite(const Suite& suite, StepResult& step) {
    RecordedPlan plan;
    try {
        plan = read_plan(file_of_plan(suite, settings_));
    } catch (const std::exception& e) {
        step.problems.push_back(fmt::format("{}: {}", suite.name, e.what()));
        return;
    }
    SuiteClock clock(settings_.jobs, passes_);
    std::vector<PlannedCase> here = chosen_of(suite, plan, step), on_devices;
    if (here.empty()) return;
    const bool whole = here.size() == plan.cases.size();
    if (settings_.device == "cpu" && devices().possible) {
        const auto first =
            std::stable_partition(here.begin(), here.end(), [](const PlannedCase& c) { return c.needs.empty(); });
        on_devices.assign(first, here.end());
        here.erase(first, here.end());
    }
    given_up_.begin_suite();
    if (!here.empty()) {
        // Times are told of the machine's own devices alone.
        const bool judged = whole && suite.recorded.wall > 0 && !settings_.dealt && settings_.device != kSimulated;
        const bool part = settings_.dealt && settings_.dealt->timed.count(suite.name) > 0;
        clock.start(judged || part);
        const bool started = run_part(suite, plan, here, false, step);
        clock.stop();
        if (!started) return;
        if (part && !interrupted()) {
            if (suite.recorded.loads > 0) clock.discount(suite.recorded, seconds_of_dependencies(settings_));
            verdict_.run.shard->times.push_back(clock.part(suite.name, here.size()));
        }
        if (judged && !interrupted()) judge_time(suite, here.size(), clock, step);
    }
    if (!clock.passes().empty()) passes_ = clock.passes();
    if (on_devices.empty() || interrupted()) return;
    if (const std::string library = simulated_cuda(settings_); std::filesystem::exists(library))
        run_part(suite, plan, on_devices, true, step);
    else
        step.problems.push_back(
            fmt::format("{}: {} cases need CUDA, and {} is not built", suite.name, on_devices.size(), library));
}

const SimulatedDevices& Gate::devices() {
    if (!devices_) devices_ = simulated_devices(settings_);
    return *devices_;
}

// The cases to run; those of what the candidate lacks are skipped here.
std::vector<PlannedCase> Gate::chosen_of(const Suite& suite, const RecordedPlan& plan, StepResult& step) {
    std::vector<PlannedCase> chosen;
    for (const auto& c : plan.cases) {
        planned_.insert(std::string(suite.name) + "/" + c.id);
        named_promises_.insert(c.promises.begin(), c.promises.end());
        for (const auto& id : c.promises)
            if (promise_text(id).empty())
                step.problems.push_back(
                    fmt::format("{}/{} names the promise {}, which does not exist", suite.name, c.id, id));
        if (settings_.dealt && settings_.dealt->cases.count(std::string(suite.name) + "/" + c.id) == 0) continue;
        if (!selects(settings_, suite.name, c.id, c.function, c.quick)) continue;
        if (suite.quick_cases && !c.quick) continue;
        const auto lacks = std::find_if(verdict_.sets.begin(), verdict_.sets.end(), [&](const SetResult& set) {
            return settings_.partial && std::any_of(set.missing.begin(), set.missing.end(), [&](const auto& symbol) {
                       const auto* row = find_function(symbol);
                       return row && row->name == c.function;
                   });
        });
        if (lacks == verdict_.sets.end()) {
            chosen.push_back(c);
            continue;
        }
        CaseResult skipped;
        skipped.suite = suite.name;
        skipped.id = c.id;
        skipped.function = c.function;
        skipped.promises = c.promises;
        skipped.status = Status::skipped;
        skipped.capability = "symbol";
        add(step, std::move(skipped));
    }
    return chosen;
}

// The suite's cases on the machine's devices, or those that it runs on simulated ones. Nothing of them is kept where a
// process does not begin with the plan that was recorded, and the suite is through then: false.
bool Gate::run_part(const Suite& suite, const RecordedPlan& plan, const std::vector<PlannedCase>& cases, bool simulated,
                    StepResult& step) {
    const auto program = program_of(suite, settings_, simulated);
    terminal_.suite_begins(simulated ? fmt::format("{} on simulated CUDA devices", suite.name) : suite.name,
                           cases.size());
    std::vector<std::string> problems;
    std::optional<Plan> refused;
    auto results = run_cases(
        program, cases, limits_of(suite, settings_), given_up_, problems,
        [&](const CaseResult& latest, size_t remaining) {
            terminal_.progress(latest, remaining);
            return true;
        },
        nullptr,
        [&](const Plan& told) {
            if (!told.problem.empty() || !difference(plan, told.cases).empty()) refused = told;
            return !refused;
        });
    for (const auto& problem : problems) step.problems.push_back(fmt::format("{}: {}", suite.name, problem));
    terminal_.suite_ends();
    if (refused && !interrupted()) refuse(suite, plan, *refused, step);
    if (refused) return false;
    if (interrupted())
        step.notes.push_back(
            fmt::format("{}: interrupted, {} of {} cases ran", suite.name, results.size(), cases.size()));
    if (settings_.audit && !interrupted()) audit_part(suite, cases, results, simulated, step);
    tell_of_devices(suite, simulated, results, step);
    std::set<std::string> reported;
    for (auto& result : results) {
        reported.insert(result.id);
        result.suite = suite.name;
        // What is told of a process, and of no case, is told of these too.
        if (simulated && result.id.front() == '(') result.id = "(simulated CUDA) " + result.id;
        add(step, std::move(result));
    }
    for (const auto& c : cases)
        if (reported.count(c.id) == 0 && !interrupted())
            step.problems.push_back(fmt::format("{}: nothing was reported of {}", suite.name, c.id));
    return true;
}

// What a process told is not the recorded plan.
void Gate::refuse(const Suite& suite, const RecordedPlan& plan, const Plan& told, StepResult& step) {
    if (!told.problem.empty())
        blame(suite, told, step);
    else if (told.cases.empty())
        step.problems.push_back(fmt::format("{}: it has no cases", suite.name));
    else
        disagree(suite, plan, difference(plan, told.cases), step);
}

// Cases that need CUDA say where they had it, or why not. Devices that are simulated and were not there are a fault of
// the gate's.
void Gate::tell_of_devices(const Suite& suite, bool simulated, std::vector<CaseResult>& results, StepResult& step) {
    size_t without = 0;
    for (auto& result : results) {
        if (simulated) result.device = kSimulated;
        if (result.status != Status::skipped || result.capability != "cuda") continue;
        ++without;
        if (settings_.device == "cpu" && !devices().possible) result.message = devices().reason;
    }
    const bool expected = simulated || settings_.device == kSimulated;
    if (without > 0 && expected)
        step.problems.push_back(fmt::format("{}: the simulated CUDA devices were not there for {} of {} cases",
                                            suite.name, without, results.size()));
    else if (without > 0 && !devices().possible && devices().expected)
        step.problems.push_back(
            fmt::format("{}: {} cases that need CUDA were skipped: {}", suite.name, without, devices().reason));
    else if (without > 0 && !devices().possible)
        step.notes.push_back(
            fmt::format("{}: {} cases that need CUDA were skipped: {}", suite.name, without, devices().reason));
    if (simulated && without < results.size())
        step.notes.push_back(
            fmt::format("{}: {} cases that need CUDA ran on simulated devices, which say nothing of "
                        "times",
                        suite.name, results.size() - without));
}

void Gate::audit_part(const Suite& suite, const std::vector<PlannedCase>& cases, const std::vector<CaseResult>& before,
                      bool simulated, StepResult& step) {
    Settings other = settings_;
    other.seed = settings_.seed + 1 + std::random_device()();
    std::vector<std::string> problems;
    std::string note;
    const auto program = program_of(suite, other, simulated);
    auto differing = audit(program, cases, before, limits_of(suite, settings_), problems, note);
    step.notes.push_back(fmt::format("{}: audit: {}, with seed {}: {}", suite.name, note, other.seed,
                                     differing.empty() ? "all as before" : fmt::format("{} fail", differing.size())));
    for (const auto& problem : problems) step.problems.push_back(fmt::format("{}: {}", suite.name, problem));
    for (auto& result : differing) {
        result.suite = suite.name;
        if (simulated) result.device = kSimulated;
        add(step, std::move(result));
    }
}

// A suite with failures takes its time for other reasons, and one behind a launcher the launcher's.
void Gate::judge_time(const Suite& suite, size_t cases, SuiteClock& clock, StepResult& step) {
    if (std::any_of(verdict_.cases.begin(), verdict_.cases.end(),
                    [&](const CaseResult& c) { return c.suite == suite.name && is_failure(c.status); }))
        return;
    if (settings_.has_launcher()) {
        step.notes.push_back(fmt::format("{}: its time is not judged behind a launcher", suite.name));
        return;
    }
    std::string note;
    CaseResult result = clock.judge(suite.name, suite.recorded, cases, note);
    if (result.status != Status::pass && suite.recorded.loads > 0) {  // what loading took can only acquit
        clock.discount(suite.recorded, seconds_of_dependencies(settings_));
        result = clock.judge(suite.name, suite.recorded, cases, note);
    }
    step.notes.push_back(note);
    planned_.insert(result.name());
    add(step, std::move(result));
}

}  // namespace simple::gate

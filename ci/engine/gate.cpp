#include "ci/engine/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "ci/engine/repro.h"
#include "ci/engine/suite_program.h"
#include "ci/run/process.h"
#include "ci/run/quiet.h"
#include "ci/steps/baseline_step.h"
#include "ci/steps/functions_files.h"
#include "ci/steps/instructions_step.h"
#include "ci/steps/latency.h"
#include "ci/steps/library_step.h"
#include "ci/steps/performance_step.h"
#include "ci/steps/process_checks.h"
#include "ci/steps/spec_step.h"
#include "ci/steps/user_examples.h"
#include "ci/testkit/seconds.h"
#include "impl/abi/function_table.h"
#include "reports/comparison.h"
#include "reports/frozen.h"
#include "reports/promises.h"
#include "reports/scorecard.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

#ifdef SIMPLE_WITH_TORCH
constexpr bool kWithTorch = true;
#else
constexpr bool kWithTorch = false;
#endif

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

bool applies_to_programs(const Step& step, const Settings& settings) {
    return step.name == std::string("library") || step.name == std::string("performance") ||
           std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && !agent_of(suite, settings).empty();
           });
}

// Times take many processes: nothing of them is quick. With --quick --instructions the step performance counts alone.
bool times_calls(const Settings& settings) {
    return !settings.quick || (!settings.instructions && contains(settings.steps, "performance"));
}

// A step for which the gate itself has checks exists without a suite program.
bool has_own_checks(const Step& step, const Settings& settings) {
    const std::string name = step.name;
    if (name == "performance") return settings.instructions || fs::exists(benchmark_program(settings));
    return name == "library" || (!settings.program && name == "stub" && fs::exists(settings.stub));
}

}  // namespace

bool keeps_from_loading(const CaseResult& c) {
    return c.suite == "library" && is_failure(c.status) && (c.id == "file" || c.id == "machine" || c.id == "loads-now");
}

bool Gate::wanted(const Suite& suite) const {
    // In a program nothing else stands for the step linked.
    if (suite.quick_cases && settings_.quick && !settings_.program) return false;
    if (interposes(suite)) return false;
    return settings_.suites.empty() || contains(settings_.suites, suite.name);
}

bool Gate::selected(const Suite& suite) const {
    const bool elsewhere = settings_.dealt && settings_.dealt->suites.count(suite.name) > 0 && !any_dealt(suite);
    return wanted(suite) && !elsewhere;
}

// What a preloaded library exports takes the place of the suite's own functions, the writing of its events included.
bool Gate::interposes(const Suite& suite) const {
    return suite.backend == Library::preloaded && !settings_.program && !verdict_.extra_symbols.empty();
}

bool Gate::any_dealt(const Suite& suite) const {
    const std::string prefix = std::string(suite.name) + "/";
    const auto first = settings_.dealt->cases.lower_bound(prefix);
    return first != settings_.dealt->cases.end() && first->rfind(prefix, 0) == 0;
}

// Each shard looks at the library, since its suites go by what is found there.
bool Gate::selected_here(const Step& step) const {
    if (!settings_.dealt || settings_.dealt->steps.count(step.name) == 0 || step.name == std::string("library"))
        return true;
    return settings_.checks(step.name) || std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && any_dealt(suite);
           });
}

bool Gate::selected(const Step& step) const {
    if (!selected_here(step)) return false;
    if (!settings_.steps.empty() && !contains(settings_.steps, step.name)) return false;
    if (step.name == std::string("performance") && !times_calls(settings_) && !settings_.instructions) return false;
    return settings_.suites.empty() || std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && wanted(suite);
           });
}

void Gate::add(StepResult& step, CaseResult result) {
    result.step = step.name;
    const Suite* suite = find_suite(result.suite);
    result.file = suite && result.id.rfind("latency/", 0) != 0 ? suite->source : "ci/steps";
    for (auto filter = idle_filters_.begin(); filter != idle_filters_.end();)
        filter = filter_matches(*filter, result.id, result.function) ? idle_filters_.erase(filter) : std::next(filter);
    if (is_failure(result.status)) result.repro = repro_of(result, settings_);
    verdict_.cases.push_back(std::move(result));
}

void Gate::own_checks(StepResult& step) {
    if (!settings_.suites.empty()) return;
    const auto take = [&](CaseResult result) {
        planned_.insert(result.name());
        named_promises_.insert(result.promises.begin(), result.promises.end());
        add(step, std::move(result));
    };
    // What they took together, each its share.
    double begun = wall_seconds(), cpu = cpu_seconds();
    const auto take_all = [&](std::vector<CaseResult> results) {
        const auto count = static_cast<double>(std::max(size_t{1}, results.size()));
        const double each = (wall_seconds() - begun) / count, cpu_of_each = (cpu_seconds() - cpu) / count;
        for (auto& result : results) {
            result.seconds = each;
            result.cpu_seconds = cpu_of_each;
            take(std::move(result));
        }
        begun = wall_seconds();
        cpu = cpu_seconds();
    };
    if (!settings_.checks(step.name) && step.name != "library") return;
    if (step.name == "library") {
        auto results = check_library(settings_, gates_of_later_steps(), spared_, verdict_, step);
        if (!settings_.checks(step.name)) return only_look(results, step);
        take_all(std::move(results));
    }
    if (step.name == "suite") {
        if (settings_.spec) take_all(check_spec(settings_, step));
        if (settings_.examples) take_all(check_user_examples(settings_));
        return;
    }
    if (step.name == "performance") {
        if (kWithTorch && times_calls(settings_)) take_all(check_performance(settings_, step, verdict_));
        if (compares_times(settings_) && !settings_.quick) take_all(check_baseline(settings_, step, verdict_));
        if (settings_.instructions) take_all(check_instructions(settings_, step, verdict_));
        return;
    }
    if (settings_.program && step.name != "stub") return;  // the others time libraries
    const bool whole = !settings_.partial || verdict_.sets.empty() || verdict_.sets.front().missing.empty();
    take_all(check_latency(settings_, path_of(find_suite("dynamic")->backend, settings_), whole, spared_, step));
}

// Of which the step library can take samples. Whoever asked for the step library alone gets no more than that.
std::vector<Latency> Gate::gates_of_later_steps() const {
    std::vector<Latency> gates;
    if (settings_.program || !settings_.suites.empty()) return gates;
    // Forms first: there the others' tensors are not among them. Calls of the linked are measured of a whole candidate.
    for (const char* name : {"dynamic", "stub", "linked"}) {
        if (name == std::string("linked") && settings_.partial) continue;
        const Step& step = *find_step(name);
        if (!selected(step) || !is_built(step) || !settings_.checks(name)) continue;
        for (auto& gate : gates_of(name, settings_, path_of(find_suite("dynamic")->backend, settings_)))
            if (!gate.beside_loading.empty()) gates.push_back(std::move(gate));
    }
    return gates;
}

// The library is another shard's to judge. What keeps this one from loading it is told, since nothing else can be run.
void Gate::only_look(const std::vector<CaseResult>& library, StepResult& step) {
    for (const auto& c : library)
        if (keeps_from_loading(c)) verdict_.run.shard->cannot_be_loaded = c.id + ": " + c.message;
    step.status = StepStatus::unselected;
    step.notes = {"looked at, and judged in another shard"};
    step.problems.clear();
}

// A suite that lists its cases for the stub works, as far as that tells: then the candidate is what ended it.
void Gate::blame(const Suite& suite, const Plan& plan, StepResult& step) {
    Settings on_stub = settings_;
    on_stub.candidate = settings_.stub;
    const bool suite_works =
        fs::exists(settings_.stub) && plan_of(program_of(suite, on_stub), limits_of(suite, on_stub)).problem.empty();
    if (!suite_works) {
        step.problems.push_back(fmt::format("{}: {}", suite.name, plan.problem));
        return;
    }
    CaseResult result;
    result.suite = suite.name;
    result.id = "(list of cases)";
    result.promises = {"E1"};
    // A suite ends with 2 where the library cannot be loaded.
    result.status = plan.ending.signal == 0 && plan.ending.exit_code == 2 ? Status::fail : Status::crash;
    result.message = plan.problem;
    add(step, std::move(result));
}

// A suite that lists for this build's own backend what it did when that was recorded works: then the candidate changes
// what is listed in its process.
void Gate::disagree(const Suite& suite, const RecordedPlan& recorded, const std::string& difference, StepResult& step) {
    Settings on_reference = settings_;
    on_reference.candidate = settings_.reference;
    on_reference.program = false;
    const Plan plan = plan_of(program_of(suite, on_reference), limits_of(suite, on_reference));
    if (!plan.problem.empty() || !simple::gate::difference(recorded, plan.cases).empty()) {
        step.problems.push_back(fmt::format("{}: {}: build the target plans again", suite.name, difference));
        return;
    }
    CaseResult result;
    result.suite = suite.name;
    result.id = "(list of cases)";
    result.promises = {"E1"};
    result.status = Status::fail;
    result.message = "in the candidate's process " + difference;
    add(step, std::move(result));
}

bool Gate::is_built(const Step& step) const {
    return has_own_checks(step, settings_) || std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && wanted(suite) && is_built(suite, settings_);
           });
}

// What was asked for and is not there cannot have passed. A suite that could not be built for this candidate is no
// loss.
void Gate::demand_suites(const Step& step, StepResult& result) const {
    for (const auto& suite : suites()) {
        if (std::string(suite.step) == step.name && interposes(suite))
            result.notes.push_back(fmt::format(
                "{}: not run, since the candidate exports {} symbols beyond the tables, which would take the "
                "place of the suite's own where it is preloaded ({})",
                suite.name, verdict_.extra_symbols.size(), verdict_.extra_symbols.front()));
        if (std::string(suite.step) != step.name || !selected(suite) || is_built(suite, settings_)) continue;
        const std::string name = suite.name;
        if (settings_.program && agent_of(suite, settings_).empty())
            result.notes.push_back(name + ": not for programs");
        else if (suite.backend == Library::archive && !settings_.own_build)
            result.notes.push_back(name + ": only for the library of this build");
        else
            result.problems.push_back(
                fmt::format("{} is not built: {}/{}{}", name, settings_.bin, suite.program,
                            suite.second == Library::none ? "" : " or " + path_of(suite.second, settings_)));
    }
}

void Gate::run_step(const Step& step, StepResult& result) {
    demand_suites(step, result);
    terminal_.step_begins(result);
    for (const char* tool : step.tools) {
        if (!in_path(tool).empty()) continue;
        result.problems.push_back(fmt::format("{} is not on this machine (package binutils)", tool));
        result.status = StepStatus::error;
        return;
    }
    const double before = wall_seconds(), cpu_before = cpu_seconds();
    const size_t cases_before = verdict_.cases.size();
    result.status = StepStatus::pass;  // until judged
    own_checks(result);
    for (const auto& suite : suites())
        if (std::string(suite.step) == step.name && selected(suite) && is_built(suite, settings_) && !interrupted())
            run_suite(suite, result);
    if (step.name == std::string("suite") && settings_.contract && !interrupted()) {
        std::string note;
        add(result, judge_frozen(*settings_.contract, settings_.only, verdict_.cases, note));
        result.notes.push_back(note);
    }
    result.seconds = wall_seconds() - before;
    result.cpu_seconds = cpu_seconds() - cpu_before;
    if (interrupted())
        result.status = StepStatus::interrupted;
    else if (verdict_.cases.size() == cases_before && result.problems.empty() && settings_.selection() &&
             result.status != StepStatus::not_applicable) {
        result.status = StepStatus::unselected;
        result.notes.emplace_back("no case is selected");
    }
}

// A filter that takes no case, or a failure of the last run that this one did not meet again, must not end in a pass:
// what was to be judged has not been.
void Gate::demand_what_was_asked_for() {
    for (const auto& filter : idle_filters_)
        verdict_.problems.push_back(
            fmt::format("--filter '{}' takes no case of those that may run here; --list shows all", filter));
    std::set<std::string> gone;
    if (settings_.rerun_failed) gone = settings_.only;
    for (const auto& c : verdict_.cases) gone.erase(c.name());
    for (const auto& name : gone)
        verdict_.problems.push_back(
            fmt::format("{} did not pass in the last run and was not met in this one: run the gate whole", name));
    if (!verdict_.problems.empty()) judge(verdict_);
}

// Of what all suites saw.
void Gate::check_claims() {
    for (auto& step : verdict_.steps) {
        if (step.name != "suite") continue;
        for (auto& result : judge_claims(settings_.claims, verdict_)) {
            planned_.insert(result.name());  // that its owner names a promise checks none
            add(step, std::move(result));
        }
    }
}

// Nothing more can be said of a library that does not load, whatever --keep-going asks for.
bool Gate::cannot_be_loaded() const {
    return std::any_of(verdict_.cases.begin(), verdict_.cases.end(), keeps_from_loading) ||
           (verdict_.run.shard && !verdict_.run.shard->cannot_be_loaded.empty());
}

// Judged with the waivers, since a waived failure does not stand in the way of the next step.
bool Gate::passes(const StepResult& step, const std::vector<Waiver>& waivers,
                  const std::map<std::string, Status>& before) const {
    Verdict so_far = verdict_;
    apply_waivers(waivers, today_utc(), planned_, false, so_far);
    if (settings_.against) add_comparison(before, *settings_.against, settings_.fail_on_new, so_far);
    // What becomes of a process at its end says nothing against judging the rest.
    so_far.cases.erase(std::remove_if(so_far.cases.begin(), so_far.cases.end(),
                                      [](const CaseResult& c) { return c.id.rfind(kProcessCases, 0) == 0; }),
                       so_far.cases.end());
    StepResult judged = step;
    judge_step(judged, so_far.cases);
    return judged.status != StepStatus::fail && judged.status != StepStatus::error;
}

Verdict Gate::run(const Run& begun, const std::vector<Waiver>& waivers, const std::map<std::string, Status>& before) {
    verdict_.run = begun;
    idle_filters_.insert(settings_.filters.begin(), settings_.filters.end());
    const double start = wall_seconds();
    // The step library, the first, asks a program where its functions are; without it nobody would.
    if (!selected(steps().front())) look_for_functions(settings_, verdict_);
    bool open = true;  // no earlier step stands in the way
    bool complete = !settings_.selection();
    for (const auto& step : steps()) {
        StepResult result;
        result.name = step.name;
        result.title = step.title;
        if (!selected(step)) {
            result.status = StepStatus::unselected;
            if (contains(settings_.steps, step.name) && !settings_.suites.empty())
                result.notes.emplace_back("--suite names none of its suites");
        } else if (settings_.program && !applies_to_programs(step, settings_)) {
            result.status = StepStatus::not_applicable;
        } else if (step.name == std::string("performance") && settings_.launch) {
            result.status = StepStatus::not_applicable;
            result.notes.emplace_back("calls are timed in programs that are started as they are, without a launcher");
        } else if (step.name == std::string("performance") && !kWithTorch && !settings_.instructions) {
            result.status = StepStatus::not_applicable;
            result.notes.emplace_back(
                "this build has no LibTorch whose own calls could be timed beside the candidate's");
        } else if (step.name == std::string("performance") && settings_.device == kSimulated) {
            result.status = StepStatus::not_applicable;
            result.notes.emplace_back("a simulated device says nothing about times");
        } else if (!is_built(step)) {
            result.status = StepStatus::not_built;
        } else if (!open || interrupted()) {
            result.status = StepStatus::not_run;
            complete = false;
        } else {
            try {
                // The step library says better why.
                if (step.name != std::string("library") && !fs::is_regular_file(settings_.candidate))
                    throw std::runtime_error("there is no candidate " + settings_.candidate);
                run_step(step, result);
            } catch (const std::exception& e) {  // no process, no temporary file
                result.problems.emplace_back(e.what());
                result.status = StepStatus::error;
            }
        }
        verdict_.steps.push_back(std::move(result));
        if (!settings_.keep_going) open = open && passes(verdict_.steps.back(), waivers, before);
        open = open && !cannot_be_loaded();
    }
    verdict_.run.interrupted = interrupted();
    complete = complete && !interrupted();
    if (!interrupted()) check_claims();
    apply_waivers(waivers, today_utc(), planned_, complete, verdict_);
    if (settings_.against) add_comparison(before, *settings_.against, settings_.fail_on_new, verdict_);
    if (complete)
        for (const auto& promise : promises())
            if (named_promises_.count(std::string(promise.id)) == 0) verdict_.unnamed_promises.emplace_back(promise.id);
    verdict_.run.seconds = wall_seconds() - start;
    if (settings_.partial) verdict_.scorecard = scorecard(verdict_);
    judge(verdict_);
    const bool unrefuted = verdict_.outcome == Outcome::pass || verdict_.outcome == Outcome::inconclusive;
    if (unrefuted && !settings_.dealt) demand_what_was_asked_for();
    return verdict_;
}

}  // namespace simple::gate

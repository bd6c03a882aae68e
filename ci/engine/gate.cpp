#include "ci/engine/gate.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <sstream>

#include "ci/engine/repro.h"
#include "ci/steps/baseline_step.h"
#include "ci/engine/run_description.h"
#include "ci/run/quiet.h"
#include "ci/steps/instructions_step.h"
#include "ci/steps/latency.h"
#include "ci/steps/library_step.h"
#include "ci/steps/performance_step.h"
#include "impl/abi/function_table.h"
#include "impl/abi/library_path.h"
#include "reports/frozen.h"
#include "reports/promises.h"
#include "reports/scorecard.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

#ifdef SIMPLE_WITH_TORCH
constexpr bool kWithTorch = true;
#else
constexpr bool kWithTorch = false;
#endif

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string path_of(Library library, const Settings& settings) {
    const fs::path candidate = settings.candidate;
    switch (library) {
        case Library::none: return "";
        case Library::candidate: return candidate;
        case Library::dyncall: {
            const fs::path beside = candidate.parent_path() / (candidate.stem().string() + "_dyncall.so");
            return fs::exists(beside) ? beside : candidate;
        }
        case Library::stub: return settings.stub;
        case Library::reference: return settings.reference;
        case Library::preloaded:
        case Library::archive: return "";
    }
    return "";
}

// The library that runs the suite inside an executable candidate; "" where the suite is about libraries.
std::string agent_of(const Suite& suite, const Settings& settings) {
    if (suite.backend == Library::preloaded) return settings.bin + "/golden_suite.agent.so";
    const std::string name = suite.name;
    if (name != "golden" && name != "property" && name != "differential") return "";
    return settings.bin + "/" + suite.program + ".agent.so";
}

bool applies_to_programs(const Step& step, const Settings& settings) {
    return step.name == std::string("library") || step.name == std::string("performance") ||
           std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && !agent_of(suite, settings).empty();
           });
}

bool is_in_path(const std::string& program) {
    const char* variable = std::getenv("PATH");
    std::istringstream folders(variable ? variable : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
    return false;
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

std::vector<std::string> Gate::program_of(const Suite& suite, const Settings& settings) {
    std::vector<std::string> argv{settings.bin + "/" + suite.program};
    if (settings.program)
        argv = in_program(agent_of(suite, settings), settings);
    else if (suite.backend == Library::preloaded)
        argv.insert(argv.begin(), {"/usr/bin/env", "LD_PRELOAD=" + preloadable(settings.candidate)});
    if (const std::string library = path_of(suite.backend, settings); !library.empty() && !settings.program)
        argv.insert(argv.end(), {"--backend", library});
    if (const std::string second = path_of(suite.second, settings); !second.empty())
        argv.insert(argv.end(), {"--second", second});
    argv.insert(argv.end(), {"--seed", std::to_string(settings.seed)});
    if (settings.device != "cpu") argv.insert(argv.end(), {"--device", settings.device});
    return argv;
}

Limits Gate::limits_of(const Suite& suite, const Settings& settings) {
    Limits limits;
    limits.jobs = settings.jobs;
    const double scale = settings.timeout_scale * slowness();
    limits.case_seconds = suite.case_seconds * scale;
    limits.start_seconds *= scale;
    limits.batch = suite.batch;
    return limits;
}

bool Gate::is_built(const Suite& suite, const Settings& settings) {
    const std::string agent = settings.program ? agent_of(suite, settings) : "";
    if (settings.program && (agent.empty() || !fs::exists(agent))) return false;
    return access((settings.bin + "/" + suite.program).c_str(), X_OK) == 0 &&
           (suite.second == Library::none || fs::exists(path_of(suite.second, settings))) &&
           (suite.backend != Library::archive || settings.own_build);
}

bool Gate::selected(const Suite& suite) const {
    // In a program nothing else stands for the step linked.
    if (suite.quick_cases && settings_.quick && !settings_.program) return false;
    return settings_.suites.empty() || contains(settings_.suites, suite.name);
}

bool Gate::selected(const Step& step) const {
    if (!settings_.steps.empty() && !contains(settings_.steps, step.name)) return false;
    if (step.name == std::string("performance") && !times_calls(settings_) && !settings_.instructions) return false;
    return settings_.suites.empty() || std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && selected(suite);
           });
}

void Gate::add(StepResult& step, CaseResult result) {
    result.step = step.name;
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
    if (step.name == "library")
        for (auto& result : check_library(settings_, verdict_, step)) take(std::move(result));
    const Suite& forms = *find_suite("dynamic");
    if (step.name == "performance") {
        if (kWithTorch && times_calls(settings_))
            for (auto& result : check_performance(settings_, step, verdict_)) take(std::move(result));
        if (compares_times(settings_) && !settings_.quick)
            for (auto& result : check_baseline(settings_, step, verdict_)) take(std::move(result));
        if (settings_.instructions)
            for (auto& result : check_instructions(settings_, step, verdict_)) take(std::move(result));
        return;
    }
    if (settings_.program && step.name != "stub") return;  // the others time libraries
    const bool whole = !settings_.partial || verdict_.sets.empty() || verdict_.sets.front().missing.empty();
    for (auto& result : check_latency(settings_, path_of(forms.backend, settings_), whole, step))
        take(std::move(result));
}

// A suite that lists its cases for the stub works: then the candidate is what ended it.
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

void Gate::run_suite(const Suite& suite, StepResult& step) {
    const auto program = program_of(suite, settings_);
    SuiteClock clock(settings_.jobs);
    const Plan plan = plan_of(program, limits_of(suite, settings_));
    if (interrupted()) return;
    if (!plan.problem.empty()) {
        blame(suite, plan, step);
        return;
    }
    std::vector<PlannedCase> chosen;
    for (const auto& c : plan.cases) {
        planned_.insert(std::string(suite.name) + "/" + c.id);
        named_promises_.insert(c.promises.begin(), c.promises.end());
        for (const auto& id : c.promises)
            if (promise_text(id).empty())
                step.problems.push_back(
                    fmt::format("{}/{} names the promise {}, which does not exist", suite.name, c.id, id));
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
    if (plan.cases.empty()) step.problems.push_back(fmt::format("{}: it has no cases", suite.name));
    if (chosen.empty()) return;

    terminal_.suite_begins(suite.name, chosen.size());
    const bool judged = chosen.size() == plan.cases.size() && suite.recorded.wall > 0;
    clock.start(judged);
    const Limits limits = limits_of(suite, settings_);
    auto results = run_cases(program, chosen, limits, given_up_, [&](const CaseResult& latest, size_t remaining) {
        terminal_.progress(latest, remaining);
        return true;
    });
    terminal_.suite_ends();
    clock.stop();
    std::set<std::string> reported;
    for (auto& result : results) {
        reported.insert(result.id);
        result.suite = suite.name;
        add(step, std::move(result));
    }
    for (const auto& c : chosen)
        if (reported.count(c.id) == 0 && !interrupted())
            step.problems.push_back(fmt::format("{}: nothing was reported of {}", suite.name, c.id));
    if (judged && !interrupted()) judge_time(suite, chosen.size(), clock, step);
}

// A suite with failures takes its time for other reasons.
void Gate::judge_time(const Suite& suite, size_t cases, SuiteClock& clock, StepResult& step) {
    if (std::any_of(verdict_.cases.begin(), verdict_.cases.end(),
                    [&](const CaseResult& c) { return c.suite == suite.name && is_failure(c.status); }))
        return;
    std::string note;
    CaseResult result = clock.judge(suite.name, suite.recorded, cases, note);
    step.notes.push_back(note);
    planned_.insert(result.name());
    add(step, std::move(result));
}

bool Gate::is_built(const Step& step) const {
    return has_own_checks(step, settings_) || std::any_of(suites().begin(), suites().end(), [&](const Suite& suite) {
               return std::string(suite.step) == step.name && selected(suite) && is_built(suite, settings_);
           });
}

// What was asked for and is not there cannot have passed. A suite that could not be built for this candidate is no
// loss.
void Gate::demand_suites(const Step& step, StepResult& result) const {
    for (const auto& suite : suites()) {
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
        if (is_in_path(tool)) continue;
        result.problems.push_back(fmt::format("{} is not on this machine (package binutils)", tool));
        result.status = StepStatus::error;
        return;
    }
    const double before = now();
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
    result.seconds = now() - before;
    if (verdict_.cases.size() == cases_before && result.problems.empty() && settings_.selection() &&
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
    if (settings_.rerun_failed && !settings_.quick && settings_.filters.empty()) gone = settings_.only;
    for (const auto& c : verdict_.cases) gone.erase(c.name());
    for (const auto& name : gone) {
        const std::string suite = name.substr(0, name.find('/'));
        const Suite* row = find_suite(suite);
        const Step* step = find_step(row ? row->step : suite);  // the gate's own checks are named by their step
        if ((!step || selected(*step)) && (!row || selected(*row)))
            verdict_.problems.push_back(
                fmt::format("{} did not pass in the last run and was not met in this one: run the gate whole", name));
    }
    if (!verdict_.problems.empty()) judge(verdict_);
}

// Nothing more can be said of a library that does not load, whatever --keep-going asks for.
bool Gate::cannot_be_loaded() const {
    return std::any_of(verdict_.cases.begin(), verdict_.cases.end(), [](const CaseResult& c) {
        return c.suite == "library" && is_failure(c.status) &&
               (c.id == "file" || c.id == "machine" || c.id == "loads-now");
    });
}

// Judged with the waivers, since a waived failure does not stand in the way of the next step.
bool Gate::passes(const StepResult& step, const std::vector<Waiver>& waivers) const {
    Verdict so_far = verdict_;
    apply_waivers(waivers, today_utc(), planned_, false, so_far);
    StepResult judged = step;
    judge_step(judged, so_far.cases);
    return judged.status != StepStatus::fail && judged.status != StepStatus::error;
}

Verdict Gate::run(const std::vector<Waiver>& waivers) {
    verdict_.run = describe(settings_);
    idle_filters_.insert(settings_.filters.begin(), settings_.filters.end());
    const double before = now();
    bool open = true;  // no earlier step stands in the way
    bool complete = !settings_.selection();
    for (const auto& step : steps()) {
        StepResult result;
        result.name = step.name;
        result.title = step.title;
        if (!selected(step)) {
            result.status = StepStatus::unselected;
        } else if (settings_.program && !applies_to_programs(step, settings_)) {
            result.status = StepStatus::not_applicable;
        } else if (step.name == std::string("performance") && !kWithTorch && !settings_.instructions) {
            result.status = StepStatus::not_applicable;
            result.notes.emplace_back(
                "this build has no LibTorch whose own calls could be timed beside the candidate's");
        } else if (!is_built(step)) {
            result.status = StepStatus::not_built;
        } else if (!open || interrupted()) {
            result.status = StepStatus::not_run;
            complete = false;
        } else {
            try {
                run_step(step, result);
            } catch (const std::exception& e) {  // no process, no temporary file
                result.problems.emplace_back(e.what());
                result.status = StepStatus::error;
            }
        }
        verdict_.steps.push_back(std::move(result));
        if (!settings_.keep_going) open = open && passes(verdict_.steps.back(), waivers);
        open = open && !cannot_be_loaded();
    }
    verdict_.run.interrupted = interrupted();
    complete = complete && !interrupted();
    apply_waivers(waivers, today_utc(), planned_, complete, verdict_);
    if (complete)
        for (const auto& promise : promises())
            if (named_promises_.count(std::string(promise.id)) == 0) verdict_.unnamed_promises.emplace_back(promise.id);
    verdict_.run.seconds = now() - before;
    if (settings_.partial) verdict_.scorecard = scorecard(verdict_);
    judge(verdict_);
    if (verdict_.outcome == Outcome::pass || verdict_.outcome == Outcome::inconclusive) demand_what_was_asked_for();
    return verdict_;
}

}  // namespace simple::gate

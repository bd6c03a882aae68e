// The rollout plan, carried out: steps in order, their suites, the verdict.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ci/engine/simulated_devices.h"
#include "ci/engine/terminal.h"
#include "ci/run/supervisor.h"
#include "ci/steps/latency.h"
#include "ci/steps/recorded_plan.h"
#include "ci/steps/settings.h"
#include "ci/steps/suites.h"
#include "reports/verdict.h"
#include "reports/waivers.h"

namespace simple::gate {

// A case of the step library behind whose failure nothing more can be said.
bool keeps_from_loading(const CaseResult& c);

class Gate {
  public:
    Gate(const Settings& settings, Terminal& terminal) : settings_(settings), terminal_(terminal) {}

    // before: the statuses of the verdict that this one is compared with.
    Verdict run(const Run& begun, const std::vector<Waiver>& waivers, const std::map<std::string, Status>& before);

    // Command line and limits of a suite for these settings. beside: also with simulated CUDA devices, while the
    // tensors stay where the settings say.
    static std::vector<std::string> program_of(const Suite& suite, const Settings& settings, bool beside = false);
    static Limits limits_of(const Suite& suite, const Settings& settings);
    static bool is_built(const Suite& suite, const Settings& settings);

  private:
    bool selected(const Step& step) const;
    bool wanted(const Suite& suite) const;    // asked for
    bool selected(const Suite& suite) const;  // and this shard's
    bool selected_here(const Step& step) const;
    bool any_dealt(const Suite& suite) const;
    bool interposes(const Suite& suite) const;
    bool is_built(const Step& step) const;
    void demand_suites(const Step& step, StepResult& result) const;
    void run_step(const Step& step, StepResult& result);
    void run_suite(const Suite& suite, StepResult& result);
    std::vector<PlannedCase> chosen_of(const Suite& suite, const RecordedPlan& plan, StepResult& step);
    bool run_part(const Suite& suite, const RecordedPlan& plan, const std::vector<PlannedCase>& cases, bool simulated,
                  StepResult& step);
    void refuse(const Suite& suite, const RecordedPlan& plan, const Plan& told, StepResult& step);
    void tell_of_devices(const Suite& suite, bool simulated, std::vector<CaseResult>& results, StepResult& step);
    const SimulatedDevices& devices();
    void audit_part(const Suite& suite, const std::vector<PlannedCase>& cases, const std::vector<CaseResult>& before,
                    bool simulated, StepResult& step);
    void judge_time(const Suite& suite, size_t cases, SuiteClock& clock, StepResult& step);
    void disagree(const Suite& suite, const RecordedPlan& recorded, const std::string& difference, StepResult& step);
    void blame(const Suite& suite, const Plan& plan, StepResult& step);
    void own_checks(StepResult& step);
    std::vector<Latency> gates_of_later_steps() const;
    void only_look(const std::vector<CaseResult>& library, StepResult& step);
    bool cannot_be_loaded() const;
    bool passes(const StepResult& step, const std::vector<Waiver>& waivers,
                const std::map<std::string, Status>& before) const;
    void add(StepResult& step, CaseResult result);
    void demand_what_was_asked_for();
    void check_claims();

    const Settings& settings_;
    Terminal& terminal_;
    Verdict verdict_;
    std::set<std::string> planned_;  // names of all cases of the suites that were asked
    std::set<std::string> named_promises_;
    std::set<std::string> idle_filters_;  // those that took no case yet
    GivenUp given_up_;
    SparedSamples spared_;
    std::vector<CalibrationPass> passes_;  // around the last suite
    std::optional<SimulatedDevices> devices_;
};

}  // namespace simple::gate

// Runs the cases of a suite in worker processes and says what became of each. A suite is known by its events alone
// (ci/testkit/suite.h); whatever a case does to its process costs that case, and the worker starts again behind it.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "ci/run/given_up.h"
#include "ci/run/process.h"
#include "reports/verdict.h"

namespace simple::gate {

class SuiteServer;

struct PlannedCase {
    std::string id;
    std::string function;
    std::vector<std::string> promises;
    bool quick = false;
    bool canary = false;     // must fail, and is in no report (ci/run/canaries.h)
    std::string needs = {};  // "cuda", or nothing
};

// Of a plan's row, as suites print it (ci/testkit/suite.h). Throws nlohmann::json::exception where it is none.
PlannedCase planned_case(const nlohmann::json& row);

// The function of the case, or of one that has none the first part of its id ("programs/…").
std::string group_of(const PlannedCase& c);

struct Plan {
    std::vector<PlannedCase> cases;
    std::string problem;  // why there is no plan; "" when there is one
    Ending ending;        // how the process ended that told none; a whole list counts, however that was
    bool serves = false;  // the suite can be a fork server
};

// Of the event with which a suite tells its plan. Throws nlohmann::json::exception where it is none.
Plan plan_in(const nlohmann::json& event);

struct Limits {
    unsigned jobs = 1;
    double case_seconds = 10;          // for one case, and for anything else between two events
    double case_cpu_seconds = 10;      // of the processor, for one case: no other load lengthens them
    double start_seconds = 60;         // until the first event: loading
    double end_seconds_once_hung = 1;  // for the end of a process, where others did not end
    size_t output_bytes = 1 << 20;     // what a case may write to stdout and stderr
    size_t outputs_bytes = 64 << 20;   // what all may, before each may write little
    size_t messages_bytes = 32 << 20;  // what is kept of all their messages, before no more than its first line is
    size_t batch = 20;                 // cases that are worth a process of their own
    bool canaries = true;              // hide some among the cases
    bool alone = false;                // each case in one of its own, whatever it costs
};

// Called with each result as it arrives and the number of cases that are still to come; false ends the run.
using Progress = std::function<bool(const CaseResult&, size_t remaining)>;

// Called with what the first process of each worker says the suite has, before it runs a case, or with the reason why
// it did not say it; false ends the run, which then has no results.
using PlanCheck = std::function<bool(const Plan&)>;

// Asks the suite program for its cases.
Plan plan_of(const std::vector<std::string>& program, const Limits& limits);

// Runs the given cases, in parallel batches, and returns a result for each (fewer once interrupted or ended). Beyond
// those planned, a result "(after ID)" stands for a worker that ended badly while no case ran, and "(end of the
// process)", once, for workers that ended badly when all their cases had, and
// "(left behind)" for processes that outlived them, "(output outside of all
// cases)" for what they wrote there. Cases of what is given
// up do not run and fail; cases that turn out to call it are skipped. Adds to given_up, and to problems what makes the
// results worth nothing: a canary that did not fail. With a server, which limits.jobs of 1 goes with, its children run
// the cases.
std::vector<CaseResult> run_cases(const std::vector<std::string>& program, const std::vector<PlannedCase>& cases,
                                  const Limits& limits, GivenUp& given_up, std::vector<std::string>& problems,
                                  const Progress& progress, SuiteServer* server = nullptr,
                                  const PlanCheck& check_plan = {});

}  // namespace simple::gate

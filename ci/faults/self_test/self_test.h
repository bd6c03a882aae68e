// ci/gate --self-test: the gate's suites on planted faults. Each fault meets first the cases of its function, then all
// others of its suites, and is done at the first case that catches it; --self-test=full runs every case on every fault,
// and goes on where an earlier run stopped. Correct variants must pass every case.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "ci/faults/self_test/planted.h"
#include "ci/run/supervisor.h"
#include "ci/steps/settings.h"

namespace simple::gate {

enum class Catch {
    caught,     // by a case of the fault's function
    elsewhere,  // by other cases only
    missed,
    green,    // a correct variant that passed
    red,      // a correct variant that did not
    skipped,  // every case that names its promise was, for want of a capability
    error     // it could not be planted, or its cases could not be run
};

struct CatchResult {
    std::string fault;
    Catch outcome = Catch::error;
    std::vector<std::string> by;   // suite/case of each case that failed
    std::vector<std::string> ran;  // of each that ran
    std::string message;           // of the first that failed, or the problem
    double seconds = 0;
};

// A suite as the self-test meets it, with the cases that it has on the correct backend.
using Plans = std::map<std::string, Plan>;

// The cases of a suite in the order in which a fault meets them: those of its function, of these first the ones that
// name its defect or its promise; then, all being wanted, the others.
std::vector<PlannedCase> cases_for(const Planted& planted, const Plan& plan, bool all);

// What the results of all cases that it met say of a fault.
Catch judge_catch(const Planted& planted, const std::vector<CaseResult>& results);

// Prints each result as it comes and the summary, writes self-test.json and self-test.md. Returns the exit code: 0
// where everything planted was caught by a case of its function and correct variants passed, 1 where not, 2 where
// faults could not be tried.
int self_test(const Settings& settings);

// The parts of the summary; self_test_report.cpp.
std::string self_test_summary(const std::vector<Planted>& faults, const std::vector<CatchResult>& results,
                              const Plans& plans, bool full);
void write_self_test(const std::vector<Planted>& faults, const std::vector<CatchResult>& results,
                     const std::string& summary, const std::string& folder);
std::string_view to_string(Catch outcome);

}  // namespace simple::gate

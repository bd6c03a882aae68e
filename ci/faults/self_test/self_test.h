// ci/gate --self-test: the gate's suites on planted faults. Each fault meets first the cases of its function, then all
// others of its suites, and is done at the first case that catches it; --self-test=full runs every case on every fault,
// and goes on where an earlier run stopped. Correct variants must pass every case.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
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

// What was tried, by what.
struct SelfTestRun {
    std::optional<ShardNumber> shard;  // of all faults, in turn
    bool full = false;
    std::string candidate_sha256, harness_sha256, faults_sha256;  // the last: of the library that plants them
    std::vector<std::string> faults;                              // ids of all, whatever this shard has of them
    size_t cases = 0;                                             // that exist
    std::set<std::string> met;                                    // of which these met a fault
};

// The faults of one shard: each kind is dealt in turn, since correct variants meet every case, and slowdowns have the
// machine to themselves.
std::vector<Planted> dealt_faults(const std::vector<Planted>& faults, const ShardNumber& shard);

// The parts of the summary; self_test_report.cpp. What no fault covers is told where all are there.
std::string self_test_summary(const std::vector<Planted>& faults, const std::vector<CatchResult>& results,
                              const SelfTestRun& run);
void write_self_test(const std::vector<Planted>& faults, const std::vector<CatchResult>& results,
                     const SelfTestRun& run, const std::string& summary, const std::string& folder);
// The last lines, and the exit code.
int judge_self_test(size_t faults, const std::vector<CatchResult>& results, const SelfTestRun& run,
                    const std::string& seconds_and_reports);
std::string_view to_string(Catch outcome);

}  // namespace simple::gate

// ci/gate --self-test: the gate's suites on planted faults. Each fault meets the cases of its function, and is done at
// the first that catches it; what none of them catches meets every case of its suites. Correct variants must pass every
// case. Meanwhile it is recorded which functions each case calls, and one fault in twenty meets the cases that by this
// record cannot notice it: they must pass. --self-test=full runs every case on every fault, and goes on where an
// earlier run stopped; --self-test=pairs plants two faults at a time.
#pragma once

#include <cstddef>
#include <cstdint>
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
    std::string tried;  // which cases it met, and in which processes
};

// What the results of all cases that it met say of a fault.
Catch judge_catch(const Planted& planted, const std::vector<CaseResult>& results);

bool any_failed(const std::vector<CaseResult>& results);
CatchResult result_of(const Planted& planted, const std::vector<CaseResult>& met);  // judged; its seconds are not known

// Prints each result as it comes and the summary, writes self-test.json and self-test.md. Returns the exit code: 0
// where everything planted was caught by a case of its function and correct variants passed, 1 where not, 2 where
// faults could not be tried.
int self_test(const Settings& settings);

// What was tried, by what.
struct SelfTestRun {
    std::optional<ShardNumber> shard;                             // of all faults, in turn
    std::string mode = "first";                                   // or full, pairs
    uint64_t seed = 0;                                            // of what was drawn
    std::string candidate_sha256, harness_sha256, faults_sha256;  // the last: of the library that plants them
    std::vector<std::string> faults;                              // ids of all, whatever this shard has of them
    size_t cases = 0;                                             // that exist
    std::set<std::string> met;                                    // of which these met a fault
    std::vector<std::string> sample;    // faults that met the cases which by the record cannot notice them,
    size_t sample_cases = 0;            // so many of these, one by one
    std::vector<std::string> problems;  // such a case failed

    bool full() const { return mode == "full"; }
};

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

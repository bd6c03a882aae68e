// What a run of the gate found. The one struct that every report is written from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/arithmetic.h"

namespace simple::gate {

enum class Status {
    pass,
    fail,             // an expectation did not hold
    error,            // the case itself could not be carried out
    crash,            // ended by a signal, exit or abort
    timeout,          // still running at its time limit
    skipped,          // for want of a capability
    waived,           // did not pass, as a waiver says
    unexpected_pass,  // passed against a waiver
    known,            // did not pass in an earlier verdict either, and only what is new was to be red
    inconclusive,     // a time that could not be told from its limit
};

// The calls of a case's function with one dtype in one place, as the suite saw them (ci/testkit/recorded_calls.h).
struct Calls {
    std::string dtype;                 // "float32", ...; "" of a function without tensors
    std::string device;                // "cpu" or "cuda"
    std::map<int32_t, int64_t> codes;  // how many ended with which code: 0 success, -1 a failure of unknown code
};

struct CaseResult {
    std::string step;
    std::string suite;
    std::string id;        // unique in its suite
    std::string function;  // short name; "" for what concerns the whole library
    std::vector<std::string> promises;
    Status status = Status::error;
    std::string message;
    double seconds = 0;
    double cpu_seconds = 0;                 // where it was measured
    std::string capability;                 // of a skipped case: what it lacks
    std::string device;                     // where it ran, if not where the run's cases do: "simulated"
    std::map<std::string, int64_t> counts;  // what the case drew or ran, as it says
    int64_t distance_per_mille = 0;         // of one that passes: the furthest that a value is off, of what is allowed
    std::vector<Calls> calls;               // of its function; what is not known of is left out
    std::string file;                       // where the case is written, in the project
    std::string repro;                      // the command that runs this case alone
    std::string waiver;                     // the reason of the waiver that applies

    std::string name() const { return suite + "/" + id; }
};

// What was measured, whatever was judged by it: every sample, each of one process.
struct Measurement {
    std::string name;      // "add/smallest", unique together with side and unit
    std::string function;  // short name
    std::string size;      // "smallest", "realistic", "large", "error"
    int threads = 1;
    // Of times: "abi"; "direct": LibTorch's own call; "unit": a 4x4 add; "cost": what the ABI costs of these. Beside
    // an earlier build: "baseline", "candidate", "ratio"; "null": the baseline's copy to the baseline. Of counts:
    // "candidate", "baseline".
    std::string side;
    std::string unit;  // "ns" a call, "times"; "instructions", "allocations", ... a call
    std::vector<double> samples;
    std::optional<double> limit = std::nullopt;  // that the interval of their median was held against
};

enum class StepStatus {
    pass,
    fail,
    error,           // could not be carried out, or ran no case
    inconclusive,    // but for times that could not be told from their limits, it passed
    not_built,       // nothing in this build carries it out
    not_applicable,  // not of this candidate: about libraries, and it is a program; about LibTorch, and it has another;
                     // about what it does not have, so that most cases were skipped
    interrupted,     // only part of its cases ran
    not_run,         // an earlier step did not pass
    unselected       // left out by --step or --suite
};

struct StepResult {
    std::string name;
    std::string title;
    StepStatus status = StepStatus::not_run;
    std::vector<std::string> notes;     // measurements and remarks
    std::vector<std::string> problems;  // why the gate could not do its work
    double seconds = 0;
    double cpu_seconds = 0;  // of the gate and all that it started
};

struct WaiverResult {
    std::string scope;
    std::string reason;
    std::string state;  // used, unused (its cases were not selected), expired, unmatched, passing
};

// A set of the function table as the candidate has it.
struct SetResult {
    std::string name;
    size_t present = 0;
    size_t total = 0;
    std::vector<std::string> missing;

    std::string_view state() const { return present == total ? "present" : present == 0 ? "absent" : "partial"; }
};

// How far a backend in the making has come, of one category of the function table.
struct CategoryScore {
    std::string name;
    size_t functions = 0;
    size_t present = 0;
    size_t cases = 0;  // of its functions, in the suites that ran
    size_t passed = 0;
};

// Beside an earlier verdict. Names of cases, suite/id.
struct Comparison {
    std::string against;    // its file
    bool only_new = false;  // --fail-on new
    std::vector<std::string> newly_failing, newly_passing, gone, added;
};

// Of a suite that is timed: what a part of it took on one machine. In passes of its calibration
// (ci/steps/suite_time.h): the least and the most that the time may be, and what it is by the median pass.
struct SuitePasses {
    std::string suite;
    size_t cases = 0;
    unsigned jobs = 0;
    double wall_low = 0, wall = 0, wall_high = 0;
    double cpu_low = 0, cpu = 0, cpu_high = 0;
    double others = 0;  // share of the machine's CPU time that other programs took meanwhile
};

// One of the parts that a run was dealt into (ci/gate plan). What it says of the candidate is said when all are merged.
struct Shard {
    unsigned index = 0, of = 0;
    std::string plan_sha256;
    std::string boot_id;           // of the machine as it was up then; "" where it does not say
    std::string cannot_be_loaded;  // why this shard did not even load the candidate, whose checks are another's
    std::vector<SuitePasses> times;
};

struct Run {
    std::string candidate;
    std::string candidate_sha256;  // of its file; "" where it cannot be read
    std::vector<std::string>
        functions_files;           // that have the functions: the candidate, or what it is linked with or loads
    std::string functions_sha256;  // of that file, or of these files' digests; "" where it is not known
    std::string build_id;          // that its linker left in it, hexadecimal; "" for none
    std::string harness_sha256;    // of the gate's own programs and libraries
    std::string plan_sha256;       // of the recorded plans of all suites
    std::string backend;           // backend_name() and version() of the candidate
    std::string version;
    std::string contract;  // the contract's version by which it was judged
    std::string started;   // UTC, ISO 8601
    double seconds = 0;
    uint64_t seed = 1;
    std::string device = "cpu";
    std::string command;
    std::string host;  // its name
    std::string machine;
    unsigned cores = 0;
    // With what its processes compute; several where shards ran on machines that differ, none where none could be
    // asked.
    std::vector<Arithmetic> arithmetic;
    bool selection = false;  // only part of the cases was asked for
    bool partial = false;
    bool interrupted = false;
    std::vector<std::string> left_open;  // why this would be no pass, whatever passes in it
    std::optional<Shard> shard;
};

enum class Outcome {
    running,  // of the reports that a run leaves when it begins: it has not ended, or was killed
    pass,
    fail,
    error,
    inconclusive
};

struct Verdict {
    Run run;
    std::vector<StepResult> steps;
    std::vector<SetResult> sets;
    std::vector<std::string> extra_symbols;
    std::vector<CaseResult> cases;
    std::vector<Measurement> measurements;
    std::vector<CategoryScore> scorecard;  // of a partial run
    std::vector<WaiverResult> waivers;
    std::optional<Comparison> comparison;
    std::vector<std::string> problems;          // of the gate as a whole
    std::vector<std::string> unnamed_promises;  // promises that no planned case names; after complete runs
    // What else the process with the functions had loaded, as that process said. Of this run alone, and in no
    // verdict.json: paths say little elsewhere.
    std::vector<std::string> loaded_files;
    bool tells_distances = true;  // what was read of a format before 1.6 does not: distance_per_mille is not known
    Outcome outcome = Outcome::error;
};

// Ends a status as a failure of the candidate.
bool is_failure(Status status);

std::string_view to_string(Status status);
std::string_view to_string(StepStatus status);
std::string_view to_string(Outcome outcome);
Status status_from(std::string_view text);  // throws std::invalid_argument

// Sets the status of a step that ran from its cases. Fails closed: a step without a case that passed is an error; a
// waived one shows nothing.
// Of a part of a run, a shard, such a step shows nothing, and says so.
void judge_step(StepResult& step, const std::vector<CaseResult>& cases, bool part = false);

// Judges every step, and the run. Fails closed: one that carried nothing out, or in which nothing failed and yet a step
// was not run, is an error.
void judge(Verdict& verdict);

// 0 pass, 1 the candidate falls short, 2 the gate could not do its work, 3 performance inconclusive.
int exit_code(Outcome outcome);

}  // namespace simple::gate

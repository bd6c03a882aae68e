// What changed from one verdict to another: ci/gate compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/statistics.h"
#include "reports/verdict.h"

namespace simple::gate {

struct ChangedCase {
    std::string name;  // suite/id
    std::string function;
    std::optional<Status> before, after;         // none where the case is not in that run
    std::optional<int> code_before, code_after;  // the one error code that its calls ended with, as far as is known
    std::string finding_before, finding_after;   // the first line of a failure's message
    std::string message;                         // of the later run, or of the earlier where it is not in that
    std::string repro;                           // likewise
};

struct ChangedStep {
    std::string name;
    StepStatus before = StepStatus::not_run, after = StepStatus::not_run;
};

// A case counts what it drew or ran; of the same seed and plan a difference is one of the candidates.
struct ChangedCount {
    std::string name;  // of the case
    std::string what;
    std::optional<int64_t> before, after;
};

// Of a case that passes both times: how far its values are from the recorded ones, in thousandths of what is allowed.
struct ChangedDistance {
    std::string name;
    int64_t before = 0, after = 0;
};

struct MeasuredSide {
    double median = 0;
    std::optional<statistics::Interval> interval;  // of the median, 99 %; none of too few samples
    size_t samples = 0;
};

struct MeasuredPair {
    std::string name, side, unit;
    MeasuredSide before, after;
    std::optional<double> ratio;  // after over before; none over 0
    bool moved = false;           // the intervals do not overlap
};

struct TimedPart {
    std::string name;  // of a step, or of a suite
    double before = 0, after = 0;
};

// What the runs are of, where they differ: {"candidate", "a.so", "b.so"}.
struct ChangedFact {
    std::string name, before, after;
};

struct ComparedRun {
    std::string file;
    std::string candidate;
    std::string started;
    Outcome outcome = Outcome::error;
    size_t cases = 0;
    size_t failed = 0;
};

struct Changes {
    ComparedRun before, after;
    std::vector<ChangedFact> facts;
    std::vector<ChangedStep> broken_steps;  // that fail or were not carried out, and were not so before
    std::vector<ChangedCase> new_failures;  // in cases that did not fail before, or were not there
    std::vector<ChangedCase> fixed;         // failed, and pass
    std::vector<ChangedCase> other_status;  // neither, and the status is another
    std::vector<ChangedCase>
        other_error;  // failed alike both times, with another code or finding: an error that drifted
    std::vector<ChangedCase> lost, added;  // those that fail stand among the new failures instead
    std::vector<ChangedCount> counts;
    std::vector<ChangedDistance> drifts;     // nearest to the limit first
    std::vector<MeasuredPair> measurements;  // those that moved first, by how far
    std::vector<TimedPart> steps, suites;    // seconds
    size_t same = 0;                         // cases with the same status both times

    bool worse() const { return !new_failures.empty() || !broken_steps.empty(); }
};

Changes changes(const Verdict& before, const std::string& before_file, const Verdict& after,
                const std::string& after_file);

// "fail", or "not there".
std::string_view status_text(const std::optional<Status>& status);

// In one sentence: "3 new failures, 1 fixed, 2 lost".
std::string summary(const Changes& changes);

}  // namespace simple::gate

namespace simple::reports {

std::string to_text(const gate::Changes& changes);
std::string to_json(const gate::Changes& changes);
std::string to_markdown(const gate::Changes& changes);
std::string to_html(const gate::Changes& changes);

}  // namespace simple::reports

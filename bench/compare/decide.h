// What samples of two builds say about each call.
//
// The process is the sample: within one process calls share a layout of memory, and repeating them shows that layout
// again. A call whose first few processes look like a change is measured in fresh ones, and only these judge it, so
// that what was picked for looking bad cannot be bad for that alone. The judging samples are counted: under the
// hypothesis that the median change is at most the margin, each lies beyond it with a probability of at most one half
// (the sign test, exact for any distribution). Over all calls judged, regressions and improvements alike, the
// probability of one false verdict is at most kFamilyError (Holm, A simple sequentially rejective multiple test
// procedure, Scandinavian Journal of Statistics 6, 1979).
//
// Where code lies is a part of a build, and changes some calls by 4 %. Where a library's relinks are at hand (itself
// linked again with its functions elsewhere), each process draws one of its layouts, so that this is seen in the spread
// and never taken for a change (Curtsinger and Berger, Stabilizer: statistically sound performance evaluation, ASPLOS
// 2013).
//
// Two nulls stand beside every judged call, tested as the calls are: the baseline against its own copy, and against
// another of its layouts, drawn as well. Where one fires the comparison is broken, and nothing is believed.
#pragma once

#include <string>
#include <vector>

#include "reports/statistics.h"

namespace simple::compare {

enum class Decision {
    pass,          // shown to have slowed by less than the resolution
    regressed,     // slower by more than the margin
    improved,      // faster by more than the margin
    inconclusive,  // neither was shown
    invalid,       // the baseline differs from its own copy: nothing this run says can be believed
    not_measured,  // one side lacks the function, or the call does not work
    crash,         // the call ended the process, on either side
};
const char* name_of(Decision decision);

inline constexpr double kMargin = 0.01;       // what may change
inline constexpr double kResolution = 0.03;   // what a pass rules out
inline constexpr double kFamilyError = 0.01;  // the chance of any false verdict in a run
inline constexpr double kConfidence = 0.99;   // of intervals

// A call over all processes; ratios are candidate to baseline as bench/compare/slots.h has them, one a process.
struct Samples {
    std::vector<double> ratio, null, noise, baseline_ns, candidate_ns;
    std::vector<double> relink;  // another layout of the baseline to the baseline; empty where there is none
};

struct Row {
    std::string name, function, size, operands;
    Samples screened, confirmed;  // the first processes, and the fresh ones
    Decision decision = Decision::inconclusive;
    std::string message;  // why it is not a pass
    double ratio = 1;     // median of the samples that judge
    statistics::Interval interval;
    double p_value = 1;  // of the change that was tested, before the correction

    const Samples& judging() const { return confirmed.ratio.empty() ? screened : confirmed; }
    bool decided() const { return decision == Decision::not_measured || decision == Decision::crash; }
};

// P(at least k of n samples lie beyond a value) where that value is the median.
double sign_test(size_t k, size_t n);

// Whether the first processes leave a doubt.
bool is_suspect(const Samples& screened);

// Whether the samples lie so far apart that they can show nothing, and more are wanted. Looks at how wide they are and
// never at where: more samples of what looks bad, until it looks better, would be a rerun until green.
bool is_wide(const Samples& samples);

// The calls whose nulls fired, each list by the same test with a family of its own.
struct NullsOff {
    std::vector<std::string> copies;   // the baseline against its copy
    std::vector<std::string> relinks;  // the baseline against another of its layouts
    bool any() const { return !copies.empty() || !relinks.empty(); }
};

// Decides every row that has samples. Where a null is off, all rows that would have been judged by fresh samples are
// invalid.
NullsOff decide(std::vector<Row>& rows);

}  // namespace simple::compare

// Measures rows in processes of their own, and judges them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "reports/statistics.h"

namespace simple::bench {

enum class Judged {
    pass,
    fail,          // the whole interval is over the limit
    inconclusive,  // the limit lies in the interval, or the run's own null was off
    skipped,       // the backend lacks a function
    error,         // the call does not do what it is timed for
    crash,
    timeout
};
const char* name_of(Judged judged);

// Looks at a row. Each look that follows spends half of the error that is left (alpha spending: Lan and DeMets,
// Biometrika 1983), 1 %, 0.5 %, 0.25 % and so on, and the interval of its own samples misses the median no more often
// than that, whatever the distribution. However many looks there are, some interval of a row misses with a chance below
// 2 %, twice the first; and since its ranks are symmetric, a row whose median keeps the limit fails with one below 1 %.
inline constexpr double kConfidence = 0.99;  // at the first look

// A row over all processes. Samples of one process each, nanoseconds a call and the cost (bench/direct/sample.h).
struct Measured {
    std::string name, function, size, operands;
    int threads = 1;
    bool null = false;
    double limit = 0;
    std::string limit_reason;
    std::vector<double> abi_ns, direct_ns, unit_ns, cost;
    bool has_direct = true;
    Judged judged = Judged::inconclusive;
    std::string message;            // why it is not a pass
    statistics::Interval interval;  // of the median cost
    double confidence = kConfidence;
};

// From the next judgement on more confidence is asked of it.
void look_again(Measured& row);

struct Comparison {
    std::string libtorch;        // of both sides
    std::string not_comparable;  // why nothing was measured; "" where it was
    std::vector<Measured> rows;
};

struct Measuring {
    std::vector<std::string> command;  // of a process that samples; "--sample FILE" follows, and "--filter NAMES"
    std::vector<std::string> filters;
    // That every row is measured in: the fewest that have an interval at the first look, from the least to the
    // greatest.
    int processes = 8;
    // More for the rows that are then not decided, twice as many in the next round. Of 8 and 5 the second look leaves
    // out one at either end, of fewer none; and of over two hundred rows one or two have a process that was disturbed.
    int confirm = 5;
    int rounds = 5;  // of these; a quiet machine needs none or one
    bool progress = false;
};

inline constexpr double kNullAtMost = 0.02;  // how far from 1 a null's interval may lie before nothing is believed

// Judges rows that have samples. A failure needs an interval over the limit and over what the nulls show.
void judge(std::vector<Measured>& rows);

// Throws std::runtime_error where the processes do not do their work.
Comparison measure(const Measuring& measuring);

nlohmann::ordered_json to_json(const Comparison& comparison);

}  // namespace simple::bench

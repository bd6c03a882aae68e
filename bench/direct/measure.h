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
    std::string message;  // why it is not a pass
    // Of the median cost. Each look at a row spends half of the error that is left, so that all of them together err no
    // more often than twice the first (alpha spending: Lan and DeMets, Biometrika 1983).
    statistics::Interval interval;
    double confidence = kConfidence;
};

struct Comparison {
    std::string libtorch;        // of both sides
    std::string not_comparable;  // why nothing was measured; "" where it was
    std::vector<Measured> rows;
};

struct Measuring {
    std::vector<std::string> command;  // of a process that samples; "--sample FILE" follows, and "--filter NAMES"
    std::vector<std::string> filters;
    int processes = 9;  // that every row is measured in
    int confirm = 12;   // more for the rows that are then not decided; twice as many in the next round
    int rounds = 3;     // of these; a quiet machine needs none or one
    bool progress = false;
};

inline constexpr double kNullAtMost = 0.02;  // how far from 1 a null's interval may lie before nothing is believed

// Judges rows that have samples. A failure needs an interval over the limit and over what the nulls show.
void judge(std::vector<Measured>& rows);

// Throws std::runtime_error where the processes do not do their work.
Comparison measure(const Measuring& measuring);

nlohmann::ordered_json to_json(const Comparison& comparison);

}  // namespace simple::bench

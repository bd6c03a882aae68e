// Whether all error paths cost about as much.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace simple::bench {

// An error path over all processes.
struct MeasuredPath {
    std::string name, function;
    int code = 0;
    std::vector<double> ns, ratio;  // of each process: a call, and how many add and free of 4x4 that is
    int throws = 0, others = 0;     // exceptions a call throws, and how many of them are not the library's own
    std::string skipped;            // why it was not measured
    std::string problem;            // why it is not as it should be
    std::string reason;             // why it stands outside the comparison
};

struct Errors {
    std::string version;         // of the library
    std::string date;            // of the measurement
    std::string not_comparable;  // why nothing was measured
    std::vector<MeasuredPath> paths;
    double cheapest = 0, middle = 0, dearest = 0;  // ratios of those without a reason
};

inline constexpr double kFactor = 3;  // of what a path costs to what paths cost at the median

double value_of(const MeasuredPath& path);  // the median ratio

// Sets reason of every path that has samples, its problem, and cheapest, middle and dearest. One path that was cheap by
// chance must not make all others dear: each is held against the median.
void judge(Errors& errors, double factor);

nlohmann::ordered_json to_json(const Errors& errors);

}  // namespace simple::bench

// What Google Benchmark's compare.py decides on two series of times (tools/gbench/report.py: calc_utest): they are
// called different where the two-sided U test of scipy.stats.mannwhitneyu gives a p below 0.05.
#pragma once

#include <vector>

namespace simple::compare {

inline constexpr double kUTestAlpha = 0.05;  // compare.py's own

// As scipy's method "auto" has it: exact where either series has at most 8 values and none are equal, else by the
// normal approximation with its corrections for ties and continuity. 1 where either is empty or all values are equal.
double u_test(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace simple::compare

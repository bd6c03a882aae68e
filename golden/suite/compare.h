// Comparing numbers with recorded ones, by distance in units in the last place or by relative and absolute error.
#pragma once

#include <string>
#include <vector>

#include "golden/suite/golden_case.h"

namespace simple::golden {

// The number of values of the dtype between two of them; NaNs are equal, and infinite distance from all others.
double ulp_distance(double a, double b, bool float32);

// "" when all agree, else the worst element with expected, got, distance and limit.
std::string difference(const std::vector<double>& got, const std::vector<double>& expected, const Tolerance& tolerance,
                       bool float32);

// The share of what is allowed at an element by which that is off: the largest, of those that agree.
double largest_share(const std::vector<double>& got, const std::vector<double>& expected, const Tolerance& tolerance,
                     bool float32);

// For the running case's report: its values are off by this share of what is allowed.
void note_distance(double share);

// Fails the running case with "WHAT: difference CONTEXT" unless all agree.
void expect_near(const std::string& what, const std::vector<double>& got, const std::vector<double>& expected,
                 const Tolerance& tolerance, bool float32, const std::string& context);

}  // namespace simple::golden

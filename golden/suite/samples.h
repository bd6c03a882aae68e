// A long result that follows no rule: of each of its rows (of the last dim) one element is recorded, and the sum of
// every 16, in which each has a weight of its own within [1, 2). An element that is wrong by more than some 24 times
// what its tolerance allows is seen wherever it is, and so are two that change places and differ by a little more.
#pragma once

#include <string>
#include <vector>

#include "golden/suite/golden_case.h"

namespace simple::golden {

bool is_sampled(const Json& tensor);  // it has "samples" and "sums"

// "" when the elements fit, else what does not. A sum may be off by what the tolerance lets pass of each of its
// elements.
std::string misfit(const std::vector<double>& got, const Json& expected, const Tolerance& tolerance, bool float32);

}  // namespace simple::golden

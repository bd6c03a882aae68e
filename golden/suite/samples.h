// A long result that follows no rule: of each of its rows (of the last dim) one element is recorded, and the sum of
// all, in which each has a weight of its own, so that no element is wrong, and no two change places, unseen.
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

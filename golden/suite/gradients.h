// The gradients of a recorded call: backward from the sum of its results, each weighed, then grad of each argument.
#pragma once

#include <string>
#include <vector>

#include "golden/suite/arguments.h"
#include "golden/suite/golden_case.h"

namespace simple::golden {

// Expects what c.gradients holds; context is printed with what differs.
void check_gradients(const Backend& backend, const GoldenCase& c, const Args& args, const std::vector<int64_t>& results,
                     const Tolerances& tolerances, const std::string& context);

}  // namespace simple::golden

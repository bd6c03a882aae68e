// The cases of the differential suite.
#pragma once

#include <vector>

#include "ci/testkit/suite.h"

namespace simple {

// One case a function: every outcome that it has, often enough, on both backends.
std::vector<Case> call_cases(const Backend& real, const Backend& stub, const SuiteOptions& options);
// Random programs of 1 to 60 calls.
std::vector<Case> program_cases(const Backend& real, const Backend& stub, const SuiteOptions& options);
// One case an entry of the table of allowed differences: it occurs.
std::vector<Case> allowed_cases(const Backend& real, const Backend& stub, const SuiteOptions& options);

}  // namespace simple

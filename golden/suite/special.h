// Cases that a recorded call cannot hold: several calls, threads, statistics, properties that define a result.
#pragma once

#include <vector>

#include "ci/testkit/suite.h"

namespace simple::golden {

std::vector<Case> autograd_cases(const Backend& backend);
std::vector<Case> creation_cases(const Backend& backend);
std::vector<Case> random_cases(const Backend& backend);
std::vector<Case> decomposition_cases(const Backend& backend);
std::vector<Case> lifecycle_cases(const Backend& backend);
std::vector<Case> library_cases(const Backend& backend);
std::vector<Case> cuda_cases(const Backend& backend);

}  // namespace simple::golden

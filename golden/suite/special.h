// Cases that a recorded call cannot hold: several calls, threads, statistics, properties that define a result.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "ci/testkit/suite.h"
#include "golden/suite/golden_case.h"

namespace simple::golden {

std::vector<Case> autograd_cases(const Backend& backend);
std::vector<Case> creation_cases(const Backend& backend);
std::vector<Case> random_cases(const Backend& backend);
std::vector<Case> decomposition_cases(const Backend& backend);
std::vector<Case> lifecycle_cases(const Backend& backend);
std::vector<Case> library_cases(const Backend& backend);
std::vector<Case> cuda_cases(const Backend& backend);
std::vector<Case> stream_cases(const Backend& backend);
std::vector<Case> transfer_cases(const Backend& backend);
std::vector<Case> device_cases(const Backend& backend, const std::shared_ptr<const GoldenFiles>& files);

// Whether the latest call left this code, as far as the backend tells.
inline testing::AssertionResult left(const Backend& backend, int32_t code) {
    if (!backend.last_error_code) return testing::AssertionSuccess();
    const int32_t got = backend.last_error_code();
    if (got == code) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "code " << got << ", want " << code;
}

}  // namespace simple::golden

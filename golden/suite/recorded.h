// The cases of golden/cases as cases of the suite.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ci/testkit/suite.h"
#include "golden/suite/golden_case.h"

namespace simple::golden {

std::vector<Case> recorded_cases(
    const Backend& backend, const std::shared_ptr<const GoldenFiles>& files,
    const std::function<bool(const GoldenCase&)>& keep = [](const GoldenCase&) { return true; });
std::vector<Case> recorded_cases(const Backend& backend, const std::string& folder,
                                 const std::function<bool(const GoldenCase&)>& keep);

}  // namespace simple::golden

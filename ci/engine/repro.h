// The line that repeats a failure.
#pragma once

#include <string>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// A command that runs this case alone, on the same candidate, seed and device.
std::string repro_of(const CaseResult& result, const Settings& settings);

}  // namespace simple::gate

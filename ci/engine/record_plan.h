// --record-plan SUITE, which the build calls: what a run of the gate must carry out (ci/steps/recorded_plan.h).
#pragma once

#include "ci/steps/settings.h"

namespace simple::gate {

// Returns the exit code. Throws std::runtime_error.
int record_plan(const Settings& settings);

}  // namespace simple::gate

// By how much time limits of a run grow.
#pragma once

#include <string>

#include "ci/steps/settings.h"

namespace simple::gate {

// Now: --timeout-scale times the slowness of the machine (calibration.h).
double time_scale(const Settings& settings);

// The same as a word of a command, NAME=value: what has limits of its own inside reads it (ci/testkit/time_scale.h).
std::string told_time_scale(const Settings& settings);

}  // namespace simple::gate

// What a verdict says of the run itself.
#pragma once

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// The run as it begins: candidate, time, seed, command, machine.
Run describe(const Settings& settings);

}  // namespace simple::gate

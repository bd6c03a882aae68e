// What a verdict says of the run itself.
#pragma once

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// What the reports say before anything has run.
Verdict begun_verdict(const Settings& settings);

// The run as it begins: candidate, time, seed, command, machine.
Run describe(const Settings& settings);

}  // namespace simple::gate

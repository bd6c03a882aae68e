// From what was asked for to what a run needs: defaults, and paths of this build.
#pragma once

#include "ci/engine/options.h"

namespace simple::gate {

// Throws UsageError where the options name a step, suite, function or contract that does not exist, or do not go
// together.
Settings resolve(const Options& options);

}  // namespace simple::gate

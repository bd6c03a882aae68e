// --list and --explain: what there is, without running it.
#pragma once

#include "ci/steps/settings.h"

namespace simple::gate {

// Both return the exit code: 2 where a suite that is built cannot be asked for its cases.
int list_cases(const Settings& settings);
int explain_function(const Settings& settings);

}  // namespace simple::gate

// --debug CASE: one case under gdb.
#pragma once

#include "ci/steps/settings.h"

namespace simple::gate {

// Becomes gdb with the suite's program, which stops where the case fails, crashes or is interrupted. At a terminal gdb
// takes commands; elsewhere it prints where it stopped and ends. Returns an exit code where there is nothing to debug.
int debug_case(const Settings& settings);

}  // namespace simple::gate

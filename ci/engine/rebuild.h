// --rebuild: the candidate is built anew, and what it was before is kept beside it.
#pragma once

#include <string>

#include "ci/engine/options.h"

namespace simple::gate {

// Keeps the candidate as CANDIDATE.before, where there is one, runs the command in a shell and prints what changed in
// the file. An option that is not given is what follows from that: the baseline of a library is what was kept. Throws
// std::runtime_error where the command fails, or leaves no candidate.
void rebuild(Options& options);

// The last run of the same candidate is what this one is compared with, where no other verdict is given.
void compare_with_last_run(Settings& settings);

}  // namespace simple::gate

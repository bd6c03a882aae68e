// The process that is one sample of the error paths.
#pragma once

#include <string>

#include "bench/calls/sampling_process.h"

namespace simple::bench {

// Times the chosen paths beside add and free of 4x4 tensors, and writes JSON lines, one for what is about to be timed
// and one for what was found. Returns the process's exit code.
int sample_errors(const std::string& backend, const Choice& choice, const std::string& file);

}  // namespace simple::bench

// The process that is one sample.
#pragma once

#include <string>

#include "bench/calls/sampling_process.h"

namespace simple::bench {

// Times the chosen rows, and the nulls, and writes a JSON line for what is about to be timed and one for
// what was found, so that a call which ends the process is known. backend: "" for the functions of the program around.
// Returns the process's exit code.
int sample_rows(const std::string& backend, const Choice& choice, const std::string& file);

}  // namespace simple::bench

// With what the candidate computes, as a process says that has loaded it.
#pragma once

#include <string>
#include <vector>

#include "ci/run/process.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// simple-probe in a process of its own with the library: what LibTorch does when it is asked is not to count as the
// library's doing.
Ran ask_arithmetic(const Settings& settings);
std::vector<std::string> arithmetic_process(const Settings& settings);
double arithmetic_seconds(const Settings& settings);  // its time limit

// Records what simple-probe said, and tells it in the notes of the step.
void note_arithmetic(const Ran& asked, Run& run, std::vector<std::string>& notes);

}  // namespace simple::gate

// The files that hold a candidate's functions: of a library itself, of a runtime perhaps one that it loads. Two runs
// whose candidates are the same file may still judge different functions.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/process_checks.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// Names them in the run, with a digest; of files that cannot be read there is none. `known` are their SHA-256, as far
// as they are known already.
void set_functions_files(std::vector<std::string> files, Run& run, std::vector<std::string> known = {});

// As a process of the candidate, a program, says. By now that has ended, and a library that it had unpacked is gone.
void take_functions(const Answer& answer, Verdict& verdict);

// Of a program that no step has asked yet: starts it. Where it does not answer they are not known, and the suites say
// why.
void look_for_functions(const Settings& settings, Verdict& verdict);

}  // namespace simple::gate

// A runtime's own test suite (--spec), and what it calls of what it claims to test.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

constexpr const char* kSpecSuite = "spec";

// Symbols of the functions that the claims name: a function, a list of them in a .txt file, or specs, in whose names
// and texts they are mentioned. Throws std::runtime_error for a claim that names nothing.
std::vector<std::string> claimed_functions(const std::vector<std::string>& claims);

// Runs the suite, writes spec-calls.json to the reports, and gives a case for its end, one for its calls, and one for
// each function that it claims to test.
std::vector<CaseResult> check_spec(const Settings& settings, StepResult& step);

}  // namespace simple::gate

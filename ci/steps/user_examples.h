// A runtime's own example programs (--examples), and what they print (--expected).
#pragma once

#include <vector>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

constexpr const char* kUserExamples = "user-examples";

// A case for each program of the folder: the candidate, with the program as its last argument, ends with 0 and prints
// what is expected (reports/golden_text.h); and one for each expected text that is of none of them.
std::vector<CaseResult> check_user_examples(const Settings& settings);

// Writes what each prints as expected; words that differ from one run to another become marked places. What fits stays
// as it is. Gives the gate's exit status: 1 where a program fails.
int bless_user_examples(const Settings& settings);

}  // namespace simple::gate

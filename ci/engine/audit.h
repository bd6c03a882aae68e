// A second look at some of the cases, under other circumstances: what passes for what ran before it, or for the values
// that were drawn, does not pass again.
#pragma once

#include <string>
#include <vector>

#include "ci/run/supervisor.h"

namespace simple::gate {

// Runs a random twentieth of the cases again, shuffled, each in a process of its own. `program` has another seed than
// the one before. Gives a failed result "(again) ID" for each that passed and did not pass again; the note says what
// was done.
std::vector<CaseResult> audit(const std::vector<std::string>& program, std::vector<PlannedCase> cases,
                              const std::vector<CaseResult>& before, Limits limits, std::vector<std::string>& problems,
                              std::string& note);

}  // namespace simple::gate

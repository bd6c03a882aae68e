// The self-test's usual way: each fault up to the first case that catches it.
#pragma once

#include "ci/faults/self_test/outcomes.h"
#include "ci/faults/self_test/trials.h"

namespace simple::gate {

// All faults of `outcomes`, slowdowns last, one at a time, on a machine that does nothing else. Fills in what was drawn
// of all that are listed, and what that showed: of shards the first draws.
void try_to_first_catch(const Settings& settings, Plans& plans, const std::vector<Planted>& listed, Outcomes& outcomes,
                        SelfTestRun& run);

// One fault: the cases of its function in every suite, in order, up to the first that fails.
void meet_cases_of_function(Trials& trials, Plans& plans, const Planted& planted, bool apart,
                            std::vector<CaseResult>& met);

}  // namespace simple::gate

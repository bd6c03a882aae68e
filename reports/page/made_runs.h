// Verdicts as large as a whole run's, made up: for tests of what is written from one.
#pragma once

#include <cstddef>

#include "reports/verdict.h"

namespace simple::page {

inline constexpr size_t kCasesOfAWholeRun = 12474;

gate::Verdict passing_run();
gate::Verdict failing_run();       // many kinds of failures, waivers, a comparison
gate::Verdict inconclusive_run();  // times near their limits, cases skipped for several capabilities
gate::Verdict hostile_run();       // every text of a candidate's tries to be something else
gate::Verdict running_run();       // what stands there until a run ends
gate::Verdict mixed_run();  // a case of every status, a step of every status, and all that concerns the gate itself

}  // namespace simple::page

// The steps of a merged verdict.
#pragma once

#include <vector>

#include "ci/shards/read_shards.h"
#include "reports/verdict.h"

namespace simple::gate {

// A step is what the shards that had a part in it say, to be judged from all cases together; what a single one of them
// could not carry out, the run did not.
std::vector<StepResult> merge_steps(const ReadShards& read, const std::vector<CaseResult>& cases);

}  // namespace simple::gate

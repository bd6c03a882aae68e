// Deals what a run consists of to its shards.
#pragma once

#include <string>
#include <vector>

#include "ci/engine/known_cases.h"
#include "ci/shards/plan.h"
#include "ci/shards/seconds.h"

namespace simple::gate {

// The cases that a run with these settings has, in the suites' order. Throws std::runtime_error where a suite has no
// recorded plan.
std::vector<KnownCase> cases_of_run(const Settings& settings);

// The steps whose own checks it makes.
std::vector<std::string> checks_of_run(const Settings& settings);

// Longest first, each to the shard with the least so far (Graham 1969: within 4/3 of the best, and far closer where no
// piece is long). The cases of one function are one piece, which stays together in every suite, so that a function that
// hangs or crashes is given up as in a whole run; one that would be more than a tenth of a shard is dealt suite by
// suite, and then case by case. Every shard has a case, and with it canaries. The same for the same arguments. Throws
// std::runtime_error where there are fewer pieces than shards.
std::vector<ShardPart> deal(const std::vector<KnownCase>& cases, const std::vector<std::string>& checks,
                            const RecordedSeconds& seconds, unsigned shards);

}  // namespace simple::gate

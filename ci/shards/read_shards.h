// The verdicts of a run's shards, as they come back from wherever they ran.
#pragma once

#include <string>
#include <vector>

#include "ci/shards/plan.h"
#include "reports/verdict.h"

namespace simple::gate {

struct ShardVerdict {
    std::string folder;
    Verdict verdict;
};

struct ReadShards {
    ShardPlan plan;
    std::string plan_file;
    std::vector<ShardVerdict> shards;   // by their index
    std::vector<std::string> problems;  // why they are not one whole run; then the rest is not to be used
};

// Every shard is to be there exactly once, ended, and of one plan, one gate and one candidate.
ReadShards read_shards(const std::vector<std::string>& folders);

}  // namespace simple::gate

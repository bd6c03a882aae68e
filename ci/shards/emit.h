// The matrix of a plan's shards as CI services take it.
#pragma once

#include <string>

#include "ci/shards/plan.h"

namespace simple::gate {

// github: one line, an output of a step, for `strategy: matrix: ${{ fromJSON(...) }}`. gitlab: a file for
// `trigger: include:` with `artifact:`, whose job extends .gate-shard of ci/templates/gitlab-shards.yml.
std::string matrix_for(const std::string& service, const ShardPlan& plan);

}  // namespace simple::gate

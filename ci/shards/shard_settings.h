// ci/gate --shard I/N --plan P: what such a run is.
#pragma once

#include <string>

#include "ci/engine/options.h"
#include "ci/shards/plan.h"
#include "ci/steps/settings.h"

namespace simple::gate {

// In a plan's options: that some of them are a gate.toml's, and no other is to be looked for.
constexpr const char* kNoConfig = "--no-config";

// The options of the run that was dealt.
Options options_of_plan(const ShardPlan& plan, const std::string& root);

// Leaves a copy of the plan beside the reports of its shard, in a folder that is held.
void keep_plan(const std::string& file, const std::string& folder);

// The plan's run, of which only this shard's cases are dealt; the command line says where, with how many workers, and
// where the candidate lies here. Throws UsageError where the command line says what is the plan's to say, and
// std::runtime_error where gate, cases or candidate are not those of the plan.
Settings settings_of_shard(const std::string& command, int argc, char** argv);

}  // namespace simple::gate

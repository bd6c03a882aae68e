// The plan of a sharded run: what is judged, by which gate, and which shard has which case. A file of ci/gate plan,
// which travels with the shards.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

struct ShardPart {
    double seconds = 0;                   // recorded, of all that is dealt here
    std::vector<std::string> own_checks;  // steps whose checks of the gate's own are dealt here, whole
    std::map<std::string, std::vector<std::string>> cases;  // ids by suite
};

struct ShardPlan {
    std::string candidate;
    std::string candidate_sha256;
    std::string harness_sha256;
    std::string plan_sha256;           // of the recorded plans of all suites
    std::vector<std::string> options;  // of the run, as ci/gate takes them
    bool selection = false;            // the run is of a part of all cases
    std::vector<std::string> timed;    // suites of which every case is dealt, and whose time is judged
    std::vector<ShardPart> shards;
    std::string sha256;  // of all this
};

void write_shard_plan(ShardPlan& plan, const std::string& file);  // fills in sha256

// Throws std::runtime_error where the file is no plan, or not as it was written.
ShardPlan read_shard_plan(const std::string& file);

// What of it is one shard's, counted from 1.
Dealt dealt_to(const ShardPlan& plan, unsigned index);

// In what a run is of something else than the plan; "" where it is the plan's.
std::string foreign(const ShardPlan& plan, const Run& run);

}  // namespace simple::gate

// Whether the shard that times calls had its machine to itself.
#pragma once

#include "ci/shards/read_shards.h"
#include "reports/verdict.h"

namespace simple::gate {

// The step whose times are of a machine that does nothing else. It is dealt whole, to one shard.
constexpr const char* kAloneStep = "performance";

// Where another shard ran on the same machine meanwhile, the times say nothing for or against the candidate: they
// become inconclusive, and the step says beside whom they were taken. Machines are told by their boot's id, which
// containers share, or else by name.
void judge_alone(const ReadShards& read, Verdict& merged);

}  // namespace simple::gate

// One verdict of all shards' verdicts.
#pragma once

#include "ci/shards/read_shards.h"
#include "reports/verdict.h"

namespace simple::gate {

// Everything that a whole run would have found, in the order of its steps and suites; not judged yet, and without
// waivers and comparison, which are of the whole. A case that the plan deals and no shard has, that a shard has twice,
// or that is not dealt to it, is a problem. The shards are those of the plan, each once.
Verdict merge(const ReadShards& read);

}  // namespace simple::gate

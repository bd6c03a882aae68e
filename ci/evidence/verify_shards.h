// Of the bundle of a merged run: that it is what its shards found.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "ci/evidence/verify.h"

namespace simple::evidence {

// `run` is run.json, which says how many shards there are. Throws where something of them cannot be read.
Finding shards(const gate::Verdict& merged, const nlohmann::json& run, const Files& files);

}  // namespace simple::evidence

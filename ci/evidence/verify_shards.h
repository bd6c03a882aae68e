// Of the bundle of a merged run: that it is what its shards found.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "ci/evidence/verify.h"

namespace simple::evidence {

// Throws std::runtime_error where it is not there.
const std::string& file_of(const Files& files, const std::string& name);

// Of a run.json; "" of that of an earlier gate.
std::string functions_sha256(const nlohmann::json& run);

// Whether a shard's run.json is whole, and of its verdict's run.
bool is_run_of(const gate::Verdict& shard, const std::string& run_json);

// `run` is run.json, which says how many shards there are. Throws where something of them cannot be read.
Finding shards(const gate::Verdict& merged, const nlohmann::json& run, const Files& files);

}  // namespace simple::evidence

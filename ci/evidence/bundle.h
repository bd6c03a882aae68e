// --bundle FILE.tar.zst: what a run was of, how it was carried out and what it found, in one file that can be checked
// without the machine it was made on. docs/evidence.md lists its files.
#pragma once

#include <cstddef>
#include <string>

#include "ci/evidence/archive.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::evidence {

inline constexpr const char* kVerdict = "reports/verdict.json";
inline constexpr const char* kRun = "run.json";
inline constexpr const char* kPlans = "plans/";
inline constexpr const char* kShardPlan = "shards/plan.json";

// "shards/2/verdict.json", counted from 1.
std::string shard_file(size_t index, const char* file);

// Told before the run: a name that does not end in .tar.zst, a folder that cannot be written to, a key that cannot
// sign. Throws std::runtime_error.
void demand_writable(const gate::Settings& settings);

// After the reports are written; `shards` is what the shards of a merged run brought, by names that shard_file gives.
// Throws std::runtime_error, and then there is no file.
void write_bundle(const gate::Verdict& verdict, const gate::Settings& settings, const Files& shards = {});

// Of a shard: what only its own machine can say for the bundle of the merged run, as run.json in the folder of its
// reports. Throws std::runtime_error.
void write_run_description(const gate::Verdict& verdict, const gate::Settings& settings);

}  // namespace simple::evidence

// ci/gate --shard I/N --plan P: what such a run is.
#pragma once

#include "ci/engine/options.h"
#include "ci/steps/settings.h"

namespace simple::gate {

// The plan's run, of which only this shard's cases are dealt; `given` says where, with how many workers, and where the
// candidate lies here. Leaves a copy of the plan beside the reports. Throws UsageError where the command line says what
// is the plan's to say, and std::runtime_error where gate, cases or candidate are not those of the plan.
Settings settings_of_shard(const Options& given, int argc, char** argv);

}  // namespace simple::gate

// ci/gate plan: deals a run to shards.
#pragma once

#include <string>

namespace simple::gate {

int plan_shards(const std::string& root, int argc, char** argv);

}  // namespace simple::gate

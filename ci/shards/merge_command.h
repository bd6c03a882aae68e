// ci/gate merge: one verdict of the verdicts of all shards.
#pragma once

#include <string>

namespace simple::gate {

int merge_shards(const std::string& root, int argc, char** argv);

}  // namespace simple::gate

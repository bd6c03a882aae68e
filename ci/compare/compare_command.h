// ci/gate compare A B: what changed from one verdict to another.
#pragma once

#include <string>

namespace simple::gate {

// 0 no new failure, 1 a new failure or a step newly broken, 2 what cannot be read or compared. Throws UsageError.
int compare_command(const std::string& root, int argc, char** argv);

}  // namespace simple::gate

// Why a verdict is what it is, in sentences.
#pragma once

#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

// What made it, the gate's own problems first; of a pass what ran. Never empty.
std::vector<std::string> reasons(const Verdict& verdict);

}  // namespace simple::gate

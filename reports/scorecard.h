// --partial: how far a backend in the making has come, category by category.
#pragma once

#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

std::vector<CategoryScore> scorecard(const Verdict& verdict);

// A line that says at which missing functions most cases stop, "" where at none: where to go on. A case that gets
// beyond one may stop at another.
std::string next_functions(const Verdict& verdict);

}  // namespace simple::gate

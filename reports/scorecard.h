// --partial: how far a backend in the making has come, category by category.
#pragma once

#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

std::vector<CategoryScore> scorecard(const Verdict& verdict);

}  // namespace simple::gate

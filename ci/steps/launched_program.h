// The first step of a program that is started through a launcher or a script, with arguments, or that loads the
// functions late: it is started, and says what was found in it.
#pragma once

#include <optional>
#include <vector>

#include "ci/steps/process_checks.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// As check_library, whose first lines it takes the place of.
std::vector<CaseResult> check_launched(const Settings& settings, Verdict& verdict, StepResult& step);

// What it says of itself that is started for nothing else; none where no suite could run in it.
std::optional<Answer> answer_of_launched(const Settings& settings);

}  // namespace simple::gate

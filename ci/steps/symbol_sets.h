// The sets of functions that a candidate has or lacks, and the cases of the step `library` about them.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"
#include "impl/abi/function_table.h"
#include "reports/verdict.h"

namespace simple::gate {

std::vector<std::string> symbols_of(Set set);
std::vector<std::string> dyncall_symbols();

// The first dozen, and how many more.
std::string names(const std::vector<std::string>& list);

// A case of the suite "library"; a failure where there is a problem.
CaseResult library_case(std::string id, std::vector<std::string> promises, std::string problem);

// The case symbols-NAME; `hint` says what may be behind functions that are missing.
CaseResult judge_set(const SetResult& set, const Settings& settings, const std::string& hint);

}  // namespace simple::gate

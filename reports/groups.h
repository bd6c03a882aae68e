// Failures that seem to have one cause, for reports that a person reads.
#pragma once

#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

using FailureGroup = std::vector<const CaseResult*>;

// The failures in their order, those together that ended alike and whose messages say the same but for numbers and the
// names of the cases' own functions: in their first line, and in where that was expected. The largest group stands
// first.
std::vector<FailureGroup> groups_of_failures(const std::vector<CaseResult>& cases);

}  // namespace simple::gate

// Every dyncall form on calls of which one number is extreme: an integer that 32 bits do not hold, a double that is not
// finite, -0 or next to 0, as an argument or as all elements of a tensor. Next to none of them is drawn.
#pragma once

#include <vector>

#include "ci/testkit/suite.h"
#include "golden/dynamic/forms_library.h"

namespace simple::golden {

// The library outlives the cases.
std::vector<Case> extreme_form_cases(FormsLibrary& library, const SuiteOptions& options);

}  // namespace simple::golden

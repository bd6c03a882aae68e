// The property suite's cases of the functions that have dyncall forms, on a backend whose calls go through them.
#pragma once

#include <vector>

#include "ci/testkit/suite.h"
#include "golden/dynamic/forms_library.h"

namespace simple::golden {

// The library outlives the cases.
std::vector<Case> property_form_cases(FormsLibrary& library, const SuiteOptions& options);

}  // namespace simple::golden

// The recorded cases whose arguments fit a dyncall form, called through it.
#pragma once

#include <string>
#include <vector>

#include "ci/testkit/suite.h"
#include "golden/dynamic/forms_library.h"
#include "golden/suite/golden_case.h"

namespace simple::golden {

// The form that a recorded case's arguments fit, if any.
const Form* recorded_form(const GoldenCase& c);

// folder: of the recorded cases. The library outlives the cases.
std::vector<Case> recorded_form_cases(FormsLibrary& library, const std::string& folder);

}  // namespace simple::golden

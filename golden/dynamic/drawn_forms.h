// Every dyncall form on drawn arguments, invalid ones included, against its core function: the same code, and bit for
// bit the same results, flags and changes of the arguments.
#pragma once

#include <vector>

#include "ci/testkit/suite.h"
#include "golden/dynamic/forms_library.h"

namespace simple::golden {

// The library outlives the cases.
std::vector<Case> drawn_form_cases(FormsLibrary& library, const SuiteOptions& options);

}  // namespace simple::golden

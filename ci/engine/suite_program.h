// What a suite is run with, for the settings of a run. Gate's functions of one suite are defined beside these.
#pragma once

#include <string>

#include "ci/steps/settings.h"
#include "ci/steps/suites.h"

namespace simple::gate {

// A library's file; "" for none.
std::string path_of(Library library, const Settings& settings);

// The library that runs the suite inside an executable candidate; "" where the suite is about libraries.
std::string agent_of(const Suite& suite, const Settings& settings);

}  // namespace simple::gate

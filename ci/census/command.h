// ci/gate census
#pragma once

#include <string>

namespace simple::census {

// argv[0] is "ci/gate census". 0: no problem that the ratchet does not accept; 1: problems; 2 by an exception: a file
// cannot be read.
int run_census(const std::string& root, int argc, char** argv);

}  // namespace simple::census

// What each case has to fail on.
#pragma once

#include <string>
#include <vector>

#include "ci/run/supervisor.h"

namespace simple {

// The faults that fit the case's group, planted in its function: it must fail on every one. Empty where none is made
// for its group: it must fail on some fault of its function.
std::vector<std::string> fitting_faults(const gate::PlannedCase& c);

// Of a function, in the order in which they are tried: the dyncall forms' for the cases of forms, else every trivial
// answer and what is planted in the proxy; of none, trivial answers of all functions at once. None shows only in a
// handle or in memory that is left, or between threads.
std::vector<std::string> faults_of(const gate::PlannedCase& c, bool in_stub);

}  // namespace simple

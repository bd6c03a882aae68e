// One argument of a drawn call made invalid, or merely other, by what its parameter is.
#pragma once

#include <string>
#include <vector>

#include "ci/testkit/draw/calls.h"

namespace simple::property {

// Changes one of these arguments of the call, of all where there are none, and says what it did: "weight: other dims".
std::string spoil(Step& step, std::vector<size_t> arguments, Drawer& drawer);

}  // namespace simple::property

// Drawn calls made other: one argument invalid, or merely another, by what its parameter is; the only tensor argument
// of another number of dims, of another layout, or without elements.
#pragma once

#include <string>
#include <vector>

#include "ci/testkit/draw/calls.h"

namespace simple::property {

// Changes one of these arguments of the call, of all where there are none, and says what it did: "weight: other dims".
std::string spoil(Step& step, std::vector<size_t> arguments, Drawer& drawer);

// Gives a call that takes one tensor and numbers another tensor, for which the numbers are as valid; "" where it does
// not.
std::string vary(Step& step, Drawer& drawer);

}  // namespace simple::property

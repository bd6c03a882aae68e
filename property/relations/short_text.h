// A program for people: one line a call, "n7 = linear(n0, n3, 0)".
#pragma once

#include <map>
#include <string>

#include "ci/testkit/draw/program.h"

namespace simple::property {

// notes stand behind the lines of the steps that they are about.
std::string short_text(const Program& program, const std::map<size_t, std::string>& notes);

}  // namespace simple::property

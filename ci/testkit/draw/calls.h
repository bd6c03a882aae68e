// The tester's table: for every function how to draw arguments that it takes, and each way of being wrong with the code
// that the contract gives it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ci/testkit/draw/drawer.h"

namespace simple {

// Appends the operands' calls to drawer.program and returns a call of fn that succeeds on a backend without CUDA, where
// one exists (C4). With a pool, operands come from it as they are, so that the call may also fail.
Step draw_valid(Fn fn, Drawer& drawer);

// One way of calling a function wrongly.
struct Way {
    std::string name;  // "handle freed", "dim out of range"
    Code code;
    std::function<Step(Drawer&)> draw;
    // The fault lies in element values, which a stub does not know (S4).
    bool by_values = false;
};

// All ways of fn to fail without CUDA: every code of its row but those that need a CUDA device.
std::vector<Way> ways_to_fail(Fn fn);

}  // namespace simple

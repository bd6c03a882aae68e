// The differences between a stub and a real backend that the contract allows (S1, S4), in one table.
#pragma once

#include <string>
#include <vector>

#include "ci/testkit/draw/program.h"

namespace simple {

// One call that both backends made, before it is judged.
struct CallPair {
    const Step& step;
    const Outcome& real;
    const Outcome& stub;
    bool dims_in_range;      // the call's dim argument, if any, lies within its tensor's dims
    bool both_require_grad;  // of the call's first tensor
};

// An error that only element values, or the machine, decide: the real backend fails with code, the stub succeeds.
struct AllowedDifference {
    const char* id;
    std::vector<Fn> functions;  // empty: every function
    Code code;
    const char* reason;
    bool (*applies)(const CallPair&);
};

const std::vector<AllowedDifference>& allowed_differences();

// The entry that allows the two codes to differ, or nullptr.
const AllowedDifference* allowed(const CallPair& calls);

// Functions whose successful results differ by S1: what a backend calls itself.
bool names_itself(Fn fn);

}  // namespace simple

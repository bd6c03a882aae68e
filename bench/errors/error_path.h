// The error paths of a backend: calls that fail, each in a way that the tester knows, with the code that it ends with.
#pragma once

#include <string>
#include <vector>

#include "bench/calls/timed_call.h"

namespace simple::bench {

struct ErrorPath {
    std::string name;  // "view/strides forbid/0"
    Code code;
    TimedCall call;
};

// Every way to fail without CUDA of every function that is there, drawn a few times alike in every process, and what
// the tester cannot draw as one call. Operands are small and contiguous.
std::vector<ErrorPath> error_paths();

}  // namespace simple::bench

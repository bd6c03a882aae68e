// With which dtypes, and where, a case called its function, and how those calls ended: what capability statements are
// made from. It is seen from outside, by the arguments and what the suite itself asks for: no call is added, so that a
// candidate is in no other state than without, and nothing is allocated.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

struct RecordedCalls {
    std::string dtype;   // "float32", ...: of the call, the highest of its value tensors' (V1); "" of no tensors
    std::string device;  // "cpu" or "cuda"
    // How many ended with which code: 0 success, -1 a failure whose code the suite did not ask for.
    std::map<int32_t, int64_t> codes;
};

// Lets the calls that the cases' thread makes through the backend be recorded. Outermost, and once.
void record_calls(Backend& backend);

// From here on, calls of this function; "" for none.
void begin_recording(const std::string& function);

// What was recorded since. A call is left out where its dtype is not known (a handle that the suite made up, a result
// whose dtype the arguments do not say), or whether it succeeded (a false, a NaN, with no code asked for).
std::vector<RecordedCalls> recorded_calls();

}  // namespace simple

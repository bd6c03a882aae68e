// What the supervisor of a suite learns of calls that do not return: two numbers in a file that both processes map, so
// that they outlive the suite's.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "ci/testkit/mapped_file.h"
#include "impl/abi/backend.h"

namespace simple {

// What a watch holds: 1 + the number of a function of the table, or 0 for none.
inline int32_t watched(Fn fn) { return 1 + static_cast<int32_t>(fn); }
// The function's name, "" for none.
inline std::string name_of_watched(int32_t number) {
    const bool known = number > 0 && number <= static_cast<int32_t>(kFunctionCount);
    return known ? std::string(function(static_cast<Fn>(number - 1)).name) : "";
}

struct CallWatch {
    std::atomic<int32_t> inside;    // what the cases' thread is calling
    std::atomic<int32_t> given_up;  // what the running case called although it is given up
};

// Lets every call that this thread makes through the backend be seen in the watch, which must outlive it.
void watch_calls(Backend& backend, CallWatch& watch);

// Lets calls of the function through a watched backend fail, and be seen as given_up, in place of being made
// (ci/testkit/stand_in.h). After watch_calls.
void give_up(const std::string& function);

}  // namespace simple

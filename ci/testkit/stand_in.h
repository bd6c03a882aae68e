// What a case calls in place of a function that the backend lacks, or that is given up.
#pragma once

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "impl/abi/backend.h"

namespace simple {

// The value of a failed call (E2), near enough for a case that is not judged any more.
template <typename T>
T nothing() {
    if constexpr (std::is_same_v<T, char*>)
        return strdup("");
    else if constexpr (std::is_same_v<T, double>)
        return std::nan("");
    else
        return T();
}

// The thread that runs the cases says so; others come and go.
inline thread_local bool t_runs_cases = false;

// Ends the case by an exception where one may pass: on its thread, and not out of what destructors call, which are the
// functions without a result. Elsewhere the call fails.
template <typename T>
T call_nothing(const char* why) {
    if (t_runs_cases && !std::is_void_v<T>) throw std::runtime_error(why);
    return nothing<T>();
}

// A case may need any core function, be it for its arguments: where the backend is still in the making, the call ends
// the case as skipped (symbol), which RunningCase tells. Control functions stay null, since cases do without them.
void stand_in_for_missing_core_functions(Backend& backend);

}  // namespace simple

// Programs that call a backend where bindings die: before main, at exit, in a child of fork, without memory or threads.
#pragma once

#include <functional>

#include "impl/abi/backend.h"

namespace simple::process {

inline constexpr int kTimes = 100;

inline SplValue whole(int64_t number) {
    SplValue value{};
    value.tag = SPL_INT;
    value.as_int = number;
    return value;
}

// Ends the process with status 1 and says why, unless it holds. Writes without allocating.
void must(bool holds, const char* what);

// How a child ends: LibTorch's part in exit takes 0.3 s.
enum class End {
    at_once,
    through_exit
};

// Runs work in a child of fork, `times` times; each must end with status 0 within 20 s. The program's status.
int repeated(const std::function<void()>& work, int times = kTimes, End end = End::at_once);

// The calling thread's code and message are those of a call that failed: the code, the function, and what the message
// says.
void must_have_failed(const Backend& backend, int code, const char* symbol, const char* says);

// Calls that fail, with short and with long messages; of LibTorch nothing is used, which may be gone at exit.
void failing_calls(const Backend& backend);
// Calls that succeed; nothing is left behind.
void succeeding_calls(const Backend& backend);

}  // namespace simple::process

// What the C++ library keeps for a thread that throws. Where the program has none of its own and a C++ library came
// with the backend, the loader makes that when the thread first throws, and ends the process if there is no memory for
// it.
#pragma once

#include <cstddef>

#include "impl/errors/fast_tls.h"

namespace simple {

SIMPLE_FAST_TLS extern __thread bool t_can_throw;
bool prepare_to_throw() noexcept;

// Asked before anything that may throw. False where there is no memory to make the calling thread ready for it.
inline bool can_throw() noexcept { return __builtin_expect(t_can_throw, 1) || prepare_to_throw(); }

// Whether malloc has this many bytes, which it is given back: for what is about to be asked for where failing ends the
// process.
bool has_memory(size_t bytes) noexcept;

}  // namespace simple

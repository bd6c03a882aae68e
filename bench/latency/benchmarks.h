// Google Benchmark's view of a backend: what is registered for it.
#pragma once

#include <string>

#include "impl/abi/backend.h"

namespace simple::bench {

// For every function that the backend has: NAME/smallest, NAME/realistic and NAME/error, on one thread and two, each
// thread with operands of its own. Counters p50_ns and p99_ns are of a call, from blocks of some 20 µs.
void register_calls(const Backend& backend);

// memory/handles: counters bytes_a_handle (what 100,000 live one-element tensors add to the resident set, each) and
// peak_MiB (of the process so far, the library and what it loads included).
void register_memory(const Backend& backend);

// forms/SYMBOL: some dyncall forms beside their core functions, where the library has them.
void register_forms(const Backend& backend, const std::string& library);

// first-call: a process that loads the library and calls it once; of that the loading and the call. program is this
// one's path.
void register_first_call(const std::string& program, const std::string& library);

}  // namespace simple::bench

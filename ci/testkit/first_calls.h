// What a backend writes to stdout and stderr when a function is called for the first times in a process: what is
// printed once a process is printed then (T3).
#pragma once

#include <string>

#include "impl/abi/backend.h"

namespace simple {

// Listens to the first kFirstCalls calls of each function. One backend a process.
constexpr int kFirstCalls = 8;
void listen_to_first_calls(Backend& backend);
std::string first_words(Fn fn);  // what they wrote, so far

}  // namespace simple

// A backend whose calls of one function at a time callgrind collects, and nothing else of what the process does.
#pragma once

#include "impl/abi/backend.h"

namespace simple::bench {

// The backend with a watched function in each one's place; a missing one stays missing. `real` must outlive it, and
// there is one in a process.
Backend watched(const Backend& real);

// Callgrind collects from the entry of each call of fn to its return, while this object lives. What its results cost to
// give back, and what its operands cost to make, is not collected.
class Watch {
  public:
    // later: callgrind collects everything already, and handles that are freed meanwhile are freed when this object
    // ends, so that nothing but fn is called.
    explicit Watch(Fn fn, bool later = false);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();
};

}  // namespace simple::bench

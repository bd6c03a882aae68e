// A side of a comparison of times.
#pragma once

#include <memory>

#include "bench/calls/timed_call.h"
#include "impl/abi/backend.h"

namespace simple::bench {

// Something to time: run(n) is what n calls take; what they use up is made by prepare(n) and what they leave is undone
// by finish(), neither of which is timed.
class Side {
  public:
    virtual ~Side() = default;
    virtual void prepare(int calls) { (void)calls; }
    virtual void run(int calls) = 0;
    virtual void finish() {}
};

// A call through the ABI. Throws as PreparedCall does. It works on operands of its own and belongs to the thread that
// makes it; the backend outlives it.
std::unique_ptr<Side> abi_side(const Backend& backend, const TimedCall& call, bool fails = false);

}  // namespace simple::bench

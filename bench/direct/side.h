// The sides of a comparison: a call through the ABI, and the LibTorch call that it stands for, made directly.
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

// Throw as PreparedCall does. Sides work on operands of their own and belong to the thread that makes them.
std::unique_ptr<Side> abi_side(const Backend& backend, const TimedCall& call, bool fails = false);
// nullptr where no call of LibTorch stands behind the function.
std::unique_ptr<Side> direct_side(const TimedCall& call);
// at::add of two tensors whose shapes do not fit, which throws, and is caught.
std::unique_ptr<Side> direct_throw();

}  // namespace simple::bench

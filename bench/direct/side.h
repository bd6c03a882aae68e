// The LibTorch call that a call through the ABI stands for, made directly, as a side of a comparison.
#pragma once

#include <memory>

#include "bench/calls/side.h"

namespace simple::bench {

// Sides work on operands of their own and belong to the thread that makes them.
// nullptr where no call of LibTorch stands behind the function.
std::unique_ptr<Side> direct_side(const TimedCall& call);
// at::add of two tensors whose shapes do not fit, which throws, and is caught.
std::unique_ptr<Side> direct_throw();

}  // namespace simple::bench

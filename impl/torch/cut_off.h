// Floating elements as int64, cut off towards zero. LibTorch gives what the processor does for those that int64 does
// not hold: -2^63 on most.
#pragma once

#include <ATen/ATen.h>

namespace simple::torch_backend {

// A new tensor, row-major on the CPU. A Fault of code 2 where an element is outside int64.
at::Tensor cut_off(const at::Tensor& x);

}  // namespace simple::torch_backend

// The square root of each element, rounded as IEEE 754 has it, whatever LibTorch was built with.
#pragma once

#include <ATen/ATen.h>

namespace simple::torch_backend {

// Of a floating tensor, in its dtype.
at::Tensor square_root(const at::Tensor& x);

}  // namespace simple::torch_backend

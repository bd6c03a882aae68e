// Results that are arrays.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "impl/abi/spl_value.h"

namespace simple::torch_backend {

// An array of new handles; none are left behind when it cannot be made.
SplArray* hand_out_all(std::vector<at::Tensor> tensors);

SplArray* int_array(at::IntArrayRef numbers);

}  // namespace simple::torch_backend

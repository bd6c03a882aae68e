// Results that are arrays or text.
#pragma once

#include <ATen/ATen.h>

#include <string_view>
#include <vector>

#include "impl/abi/spl_value.h"

namespace simple::torch_backend {

// An array of new handles; none are left behind when it cannot be made.
SplArray* hand_out_all(std::vector<at::Tensor> tensors);

SplArray* int_array(at::IntArrayRef numbers);

// Text for a function that cannot fail; NULL only when malloc does.
char* text_or_null(std::string_view text) noexcept;

}  // namespace simple::torch_backend

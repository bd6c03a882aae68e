// Sums of all elements that don't lose digits with their number: LibTorch's norm adds squares one by one in the
// tensor's dtype, and is 0.8 % off for 10^7 equal float32; its variance is taken about a mean in that dtype.
#pragma once

#include <ATen/ATen.h>

namespace simple::torch_backend {

struct Sums {
    double first = 0, second = 0;
};

// The sums of (x - shift) and of its square. x is a contiguous float32 or float64 tensor on the CPU. However many
// threads there are, the same parts are added in the same order.
Sums sums_about(const at::Tensor& x, double shift);

// The sum of squares; of float32 those of a few hundred elements in float32, and of these in float64.
double sum_of_squares(const at::Tensor& x);

}  // namespace simple::torch_backend

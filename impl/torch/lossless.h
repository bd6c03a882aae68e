// Results that are not lost to an intermediate (V9). Plain results stand where they are finite and normal; of the
// others each is computed again in float64, scaled so that nothing overflows or vanishes on the way.
#pragma once

#include <ATen/ATen.h>

namespace simple::torch_backend {

// Of all elements, in the tensor's dtype.
double lossless_sum(const at::Tensor& x);
double lossless_mean(const at::Tensor& x);
double lossless_norm(const at::Tensor& x);
double lossless_variance(const at::Tensor& x);
double lossless_deviation(const at::Tensor& x);

at::Tensor lossless_linspace(double start, double end, int64_t steps);

// Of groups with the given means and inverse standard deviations: whether float arithmetic was up to them. It is not
// where a variance left the type's range, or the mean is so large beside the deviation that its rounding shows.
bool good_statistics(const at::Tensor& means, const at::Tensor& inverse_deviations);

// Groups of at least one element brought to mean 0 and deviation 1 in float64, each scaled by itself on the way. The
// statistics keep their dims.
struct Normalized {
    at::Tensor result, mean, variance;
};
Normalized lossless_normalized(const at::Tensor& x, at::IntArrayRef dims_of_a_group, double eps);

}  // namespace simple::torch_backend

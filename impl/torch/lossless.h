// Results that are not lost to an intermediate (V9). Plain results stand where they are finite and normal; of the
// others each is computed again in float64, scaled so that nothing overflows or vanishes on the way.
#pragma once

#include <ATen/ATen.h>

#include <cmath>

namespace simple::torch_backend {

// Whether all elements are finite. Of a device's, which would have to be waited for, that is never sure.
bool surely_finite(const at::Tensor& x);

// Of all elements, in the tensor's dtype.
double lossless_sum(const at::Tensor& x);
double lossless_mean(const at::Tensor& x);
double lossless_norm(const at::Tensor& x);
double lossless_variance(const at::Tensor& x);
double lossless_deviation(const at::Tensor& x);

// What `add` makes of x, of which each result adds up to `count` elements, in proportion to them: a result that is not
// finite is computed again. With a graph it is differentiable as `add` is.
template <typename Add>
at::Tensor lossless_sums(const at::Tensor& x, int64_t count, Add&& add) {
    at::Tensor plain = add(x);
    if (count == 0 || !x.is_floating_point() || surely_finite(plain)) return plain;
    const bool is_float = x.scalar_type() == at::kFloat;
    // As float64 each is so small that no sum of `count` overflows; what that takes from the smallest numbers matters
    // to no sum that did overflow.
    const double scale = is_float ? 1 : std::ldexp(1.0, -std::ilogb(static_cast<double>(count)) - 1);
    at::Tensor again = add(at::mul(x.to(at::kDouble), scale));
    again = at::mul(again, 1 / scale);
    return at::where(at::isfinite(plain), plain, is_float ? again.to(at::kFloat) : again);
}

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

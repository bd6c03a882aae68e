#include "impl/torch/lossless.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "impl/torch/elements.h"
#include "impl/torch/magnitude.h"
#include "impl/torch/sums.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// What the mean, which is in the tensor's dtype, is off by is known from the first sum (Chan, Golub, LeVeque:
// Algorithms for computing the sample variance, 1983).
double variance(const at::Tensor& x) {
    const auto count = static_cast<double>(x.numel());
    if (x.numel() < 2) return std::nan("");
    if (!x.device().is_cpu()) {
        const at::Tensor doubles = x.to(at::kDouble);
        // About an element the mean does not overflow, and of equal numbers the variance is exactly 0.
        return at::var(doubles - doubles.flatten()[0], true).item().toDouble();
    }
    const at::Tensor values = x.contiguous();
    const double about = kernels::number(kernels::mean(values));
    // Of a mean that overflowed any element will do.
    const double shift = std::isfinite(about) ? about : values.flatten()[0].item().toDouble();
    const Sums sums = sums_about(values, shift);
    return (sums.second - sums.first * sums.first / count) / (count - 1);
}

double norm(const at::Tensor& x) {
    if (!x.device().is_cpu()) return at::norm(x.to(at::kDouble), 2).item().toDouble();
    return std::sqrt(sum_of_squares(x.contiguous()));
}

// x in float64 within 1, and the power of two that it was divided by; 0 where x is not finite or all zeros.
at::Tensor scaled_double(const at::Tensor& x, int* exponent) {
    *exponent = 0;
    const at::Tensor values = x.to(at::kDouble);
    if (x.numel() == 0) return values;
    const double largest = at::abs(values.detach()).max().item().toDouble();
    if (!std::isfinite(largest) || largest == 0) return values;
    std::frexp(largest, exponent);
    // Of a number below 2^-1000 no float64 is the inverse; of 1 and above the exponent is 1.
    *exponent = std::max(*exponent == 0 ? 1 : *exponent, -1000);
    return at::mul(at::mul(values, std::ldexp(1.0, -*exponent / 2)), std::ldexp(1.0, -*exponent - -*exponent / 2));
}

double in_dtype(double value, const at::Tensor& x) {
    return x.scalar_type() == at::kFloat ? static_cast<double>(static_cast<float>(value)) : value;
}

// reduce, which multiplies by s^degree what its argument is multiplied by s. Below `least` its result is not trusted.
template <typename Reduce>
double lossless(const at::Tensor& x, int degree, double least, Reduce reduce) {
    const kernels::BelowAutograd below;
    const double plain = reduce(x);
    if (std::isnormal(plain) && std::abs(plain) >= least) return in_dtype(plain, x);
    if (!x.is_floating_point()) return plain;
    int exponent = 0;
    const at::Tensor scaled = scaled_double(x, &exponent);
    if (exponent == 0) return in_dtype(plain, x);
    return in_dtype(std::ldexp(reduce(scaled), degree * exponent), x);
}

}  // namespace

bool surely_finite(const at::Tensor& x) {
    if (!x.device().is_cpu()) return false;
    if (x.scalar_type() != at::kFloat || !x.is_contiguous()) return !first_not_finite(x);
    return !any_large(static_cast<const float*>(x.data_ptr()), x.numel(), HUGE_VALF,
                      [](float v) { return !std::isfinite(v); });
}

double lossless_sum(const at::Tensor& x) {
    return lossless(x, 1, 0, [](const at::Tensor& y) { return kernels::number(kernels::sum(y)); });
}

double lossless_mean(const at::Tensor& x) {
    return lossless(x, 1, 0, [](const at::Tensor& y) { return kernels::number(kernels::mean(y)); });
}

double lossless_norm(const at::Tensor& x) {
    // Below these, squares lose digits to the smallest number; the sum of many is still seen.
    const double least = x.scalar_type() == at::kFloat ? 1e-12 : 1e-140;
    return lossless(x, 1, least, norm);
}

double lossless_variance(const at::Tensor& x) { return lossless(x, 2, 1e-280, variance); }

double lossless_deviation(const at::Tensor& x) {
    return lossless(x, 1, 1e-140, [](const at::Tensor& y) { return std::sqrt(variance(y)); });
}

at::Tensor lossless_linspace(double start, double end, int64_t steps) {
    // LibTorch takes the step in float32, which may not hold it.
    const double step = steps > 1 ? (end - start) / static_cast<double>(steps - 1) : 1;
    const bool held = std::abs(end - start) <= FLT_MAX && (step == 0 || std::abs(step) >= FLT_MIN);
    if (held || !std::isfinite(start) || !std::isfinite(end))
        return computed([&] { return kernels::linspace(start, end, steps); });
    return at::linspace(static_cast<float>(start), static_cast<float>(end), steps, at::kDouble).to(at::kFloat);
}

// With s a power of two: (x - mean(x)) / sqrt(var(x) + eps) is the same for x s and eps s^2.
Normalized lossless_normalized(const at::Tensor& x, at::IntArrayRef dims, double eps) {
    const at::Tensor values = x.to(at::kDouble);
    const at::Tensor largest = at::amax(at::abs(values.detach()), dims, true);
    // eps s^2 must not overflow, and without eps the square of s x must not vanish.
    const double least = eps > 0 ? -400 : -1000;
    const at::Tensor exponent = at::ceil(at::log2(largest)).clamp(least, 1000);
    const at::Tensor s = at::where(at::isfinite(exponent) & (largest > 0), at::exp2(-exponent), at::ones_like(largest));
    const at::Tensor scaled = values * s;
    // About one of its own elements a group's mean is no larger than its spread, and of equal elements it is exactly 0.
    at::Tensor about = scaled.detach();
    for (const int64_t dim : dims) about = about.slice(dim, 0, 1);
    about = at::where(at::isfinite(about), about, at::zeros_like(about));  // of an infinity the mean is that infinity
    const at::Tensor shifted = scaled - about;
    const at::Tensor mean = at::mean(shifted, dims, true), apart = shifted - mean;
    const at::Tensor variance = at::mean(apart * apart, dims, true);
    const at::Tensor spread = eps > 0 ? variance + s * s * eps : variance;  // s^2 may be infinite, and 0 of it is not 0
    return {apart * at::rsqrt(spread), (mean + about) / s, variance / s / s};
}

bool good_statistics(const at::Tensor& means, const at::Tensor& inverse_deviations) {
    const auto good = [](const auto* mean, const auto* inverse, int64_t count) {
        constexpr bool kFloat = sizeof(*mean) == sizeof(float);
        constexpr double kWidest = kFloat ? 1e15 : 1e140;  // beyond it the variance lost digits
        // A mean's rounding, half an ULP, is 2^-18 of a float32's deviation at most, 2^-43 of a float64's.
        constexpr double kMost = kFloat ? 64 : 1024;
        bool all = true;
        for (int64_t i = 0; i < count; ++i) {
            const double by = inverse[i];
            all &= std::abs(mean[i] * by) <= kMost && by > 1 / kWidest && by < kWidest;
        }
        return all;
    };
    const auto readable = [](const at::Tensor& x) { return (x.device().is_cpu() ? x : x.cpu()).contiguous(); };
    const at::Tensor mean = readable(means), inverse = readable(inverse_deviations);
    const int64_t count = mean.numel();
    if (mean.scalar_type() == at::kFloat)
        return good(static_cast<const float*>(mean.data_ptr()), static_cast<const float*>(inverse.data_ptr()), count);
    return good(static_cast<const double*>(mean.data_ptr()), static_cast<const double*>(inverse.data_ptr()), count);
}

}  // namespace simple::torch_backend

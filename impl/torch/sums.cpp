#include "impl/torch/sums.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <vector>

namespace simple::torch_backend {
namespace {

// Eight sums side by side, which vectorizes.
constexpr int64_t kLanes = 8;
constexpr int64_t kPart = 32768;  // at::internal::GRAIN_SIZE, what LibTorch gives a thread at least

template <typename Element>
Sums part_about(const Element* x, int64_t count, double shift) {
    double first[kLanes] = {}, second[kLanes] = {};
    const auto add = [&](int64_t lane, double value) {
        first[lane] += value;
        second[lane] += value * value;
    };
    int64_t i = 0;
    for (; i + kLanes <= count; i += kLanes)
        for (int64_t lane = 0; lane < kLanes; ++lane) add(lane, static_cast<double>(x[i + lane]) - shift);
    for (; i < count; ++i) add(0, static_cast<double>(x[i]) - shift);
    Sums sums;
    for (int64_t lane = 0; lane < kLanes; ++lane) {
        sums.first += first[lane];
        sums.second += second[lane];
    }
    return sums;
}

// Squares of so few elements float32 adds up with no more lost than the last bit or two; what comes of them is added up
// in float64.
template <typename Element>
[[gnu::always_inline]] inline double squares_of(const Element* x, int64_t count) {
    constexpr int64_t kMoreLanes = 32, kFew = 16 * kMoreLanes;
    double sums[kMoreLanes] = {};
    int64_t i = 0;
    for (; i + kFew <= count; i += kFew) {
        Element few[kMoreLanes] = {};
        for (int64_t j = i; j < i + kFew; j += kMoreLanes)
            for (int64_t lane = 0; lane < kMoreLanes; ++lane) few[lane] += x[j + lane] * x[j + lane];
        for (int64_t lane = 0; lane < kMoreLanes; ++lane) sums[lane] += static_cast<double>(few[lane]);
    }
    for (; i < count; ++i) sums[i % kMoreLanes] += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    double sum = 0;
    for (const double each : sums) sum += each;
    return sum;
}

// In wider registers where the processor has them. Without the fused product that comes with AVX2, so that the sum is
// the same on every processor.
#ifdef __x86_64__
#define SIMPLE_WIDER [[gnu::target_clones("avx2", "default")]]
#else
#define SIMPLE_WIDER
#endif
SIMPLE_WIDER double squares(const float* x, int64_t count) { return squares_of(x, count); }
SIMPLE_WIDER double squares(const double* x, int64_t count) { return squares_of(x, count); }
#undef SIMPLE_WIDER

template <typename Element>
Sums part_squares(const Element* x, int64_t count, double) {
    return {0, squares(x, count)};
}

template <typename Element>
Sums in_parts(const at::Tensor& x, double shift, Sums (*part)(const Element*, int64_t, double)) {
    const auto* values = static_cast<const Element*>(x.data_ptr());
    const int64_t count = x.numel();
    if (count <= kPart) return part(values, count, shift);
    std::vector<Sums> parts(static_cast<size_t>((count + kPart - 1) / kPart));
    at::parallel_for(0, static_cast<int64_t>(parts.size()), 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            parts[static_cast<size_t>(i)] = part(values + i * kPart, std::min(kPart, count - i * kPart), shift);
    });
    Sums total;
    for (const Sums& each : parts) {
        total.first += each.first;
        total.second += each.second;
    }
    return total;
}

}  // namespace

Sums sums_about(const at::Tensor& x, double shift) {
    return x.scalar_type() == at::kFloat ? in_parts<float>(x, shift, part_about<float>)
                                         : in_parts<double>(x, shift, part_about<double>);
}

double sum_of_squares(const at::Tensor& x) {
    return x.scalar_type() == at::kFloat ? in_parts<float>(x, 0, part_squares<float>).second
                                         : in_parts<double>(x, 0, part_squares<double>).second;
}

}  // namespace simple::torch_backend

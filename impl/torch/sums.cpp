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

// Of so few squares float32 loses no more than the last bit or two.
template <typename Element>
double squares_of_few(const Element* x, int64_t count) {
    constexpr int64_t kMoreLanes = 32;
    Element sums[kMoreLanes] = {};
    int64_t i = 0;
    for (; i + kMoreLanes <= count; i += kMoreLanes)
        for (int64_t lane = 0; lane < kMoreLanes; ++lane) sums[lane] += x[i + lane] * x[i + lane];
    double sum = 0;
    for (; i < count; ++i) sum += static_cast<double>(x[i]) * static_cast<double>(x[i]);
    for (const Element each : sums) sum += static_cast<double>(each);
    return sum;
}

template <typename Element>
Sums part_squares(const Element* x, int64_t count, double) {
    constexpr int64_t kFew = 512;
    Sums sums;
    for (int64_t i = 0; i < count; i += kFew) sums.second += squares_of_few(x + i, std::min(kFew, count - i));
    return sums;
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

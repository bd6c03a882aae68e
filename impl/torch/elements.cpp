#include "impl/torch/elements.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "impl/torch/magnitude.h"

namespace simple::torch_backend {
namespace {

constexpr int64_t kBlock = 1024;  // elements between two looks whether one was found
constexpr int64_t kStride = 32;   // of which no loop is left

// Whole blocks without a branch, so that the compiler can take several elements at a time.
template <typename T, typename Bad>
std::optional<T> first(const T* values, int64_t count, Bad bad) {
    for (int64_t begin = 0; begin < count; begin += kBlock) {
        const int64_t end = std::min(count, begin + kBlock);
        int any = 0;
        int64_t i = begin;
        for (; i + kStride <= end; i += kStride)
            for (int64_t j = 0; j < kStride; ++j) any |= static_cast<int>(bad(values[i + j]));
        for (; i < end; ++i) any |= static_cast<int>(bad(values[i]));
        if (__builtin_expect(any, 0)) return *std::find_if(values + begin, values + end, bad);
    }
    return std::nullopt;
}

// The elements in row-major order, on the CPU: x itself, or the copy that is made.
const at::Tensor& readable(const at::Tensor& x, at::Tensor& copy) {
    if (x.device().is_cpu() && x.is_contiguous()) return x;
    at::NoGradGuard guard;
    return copy = (x.device().is_cpu() ? x : x.cpu()).contiguous();
}

template <typename T, typename Bad>
std::optional<Element> first_of(const at::Tensor& x, Bad bad) {
    const std::optional<T> found = first(static_cast<const T*>(x.data_ptr()), x.numel(), bad);
    if (!found) return std::nullopt;
    return Element{static_cast<double>(*found), std::is_same_v<T, float>};
}

// bad is called with a float or a double.
template <typename Bad>
std::optional<Element> first_floating(const at::Tensor& tensor, Bad bad) {
    at::Tensor copy;
    const at::Tensor& x = readable(tensor, copy);
    if (x.scalar_type() == at::kFloat) return first_of<float>(x, bad);
    if (x.scalar_type() == at::kDouble) return first_of<double>(x, bad);
    at::Tensor wide;
    return first_of<double>(readable(x.to(at::kDouble), wide), bad);
}

}  // namespace

void fail_holding(Code code, const char* parameter, const Element& element, const char* what) {
    if (element.is_float) fail(code, "{} holds {}, {}", parameter, static_cast<float>(element.value), what);
    fail(code, "{} holds {}, {}", parameter, element.value, what);
}

std::optional<Element> first_not_finite(const at::Tensor& x) {
    return first_floating(x, [](auto v) { return !(v - v == 0); });
}

std::optional<Element> first_outside_unit(const at::Tensor& x) {
    return first_floating(x, [](auto v) { return !((v >= 0) & (v <= 1)); });
}

bool any_beyond(const at::Tensor& tensor, float limit) {
    at::Tensor copy;
    const at::Tensor& x = readable(tensor, copy);
    return any_large(static_cast<const float*>(x.data_ptr()), x.numel(), limit,
                     [limit](float v) { return std::fabs(v) > limit; });
}

std::optional<Element> first_outside_int64(const at::Tensor& x) {
    return first_floating(x, [](auto v) { return !((v >= -kTwoTo63) & (v < kTwoTo63)); });
}

std::optional<Element> first_not_whole(const at::Tensor& x) {
    return first_floating(x, [](auto v) {
        const double value = v;
        return !((value >= -kTwoTo63) & (value < kTwoTo63)) || std::trunc(value) != value;
    });
}

std::optional<int64_t> first_outside(const at::Tensor& tensor, int64_t size, const int64_t* ignored) {
    at::Tensor copy;
    const at::Tensor& x = readable(tensor, copy);
    // Negative numbers are large ones without a sign. What is ignored lies in no range: a size cannot be negative.
    const int64_t also = ignored ? *ignored : 0;
    const bool none = !ignored;
    return first(static_cast<const int64_t*>(x.data_ptr()), x.numel(), [=](int64_t v) {
        return (static_cast<uint64_t>(v) >= static_cast<uint64_t>(size)) & (none | (v != also));
    });
}

}  // namespace simple::torch_backend

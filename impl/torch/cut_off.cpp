#include "impl/torch/cut_off.h"

#include <ATen/TensorIterator.h>

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "impl/errors/error.h"
#include "impl/torch/elements.h"
#include "impl/torch/kernels.h"
#include "impl/torch/magnitude.h"

namespace simple::torch_backend {
namespace {

template <typename T>
bool within_int64(T v) {
    return v >= static_cast<T>(-kTwoTo63) && v < static_cast<T>(kTwoTo63);
}

template <typename T>
bool so_many_within_int64(const T* x) {
    // -2^63 itself is within.
    return !any_from(static_cast<T>(kTwoTo63), x) || std::all_of(x, x + kTogether, within_int64<T>);
}

// Whether all were within int64; no other is converted, which C++ leaves undefined. A processor looks at the next ones
// while it converts these.
template <typename T>
bool cut_off_dense(const T* from, int64_t* to, int64_t count) {
    int64_t i = 0;
    for (; i + kTogether <= count; i += kTogether) {
        if (!so_many_within_int64(from + i)) return false;
        for (int64_t j = i; j < i + kTogether; j += 4) {
            to[j] = static_cast<int64_t>(from[j]);
            to[j + 1] = static_cast<int64_t>(from[j + 1]);
            to[j + 2] = static_cast<int64_t>(from[j + 2]);
            to[j + 3] = static_cast<int64_t>(from[j + 3]);
        }
    }
    for (; i < count; ++i) {
        if (!within_int64(from[i])) return false;
        to[i] = static_cast<int64_t>(from[i]);
    }
    return true;
}

template <typename T>
bool cut_off_strided(char** data, const int64_t* strides, int64_t count) {
    if (strides[0] == sizeof(int64_t) && strides[1] == sizeof(T))
        return cut_off_dense(reinterpret_cast<const T*>(data[1]), reinterpret_cast<int64_t*>(data[0]), count);
    char* to = data[0];
    const char* from = data[1];
    for (int64_t i = 0; i < count; ++i, to += strides[0], from += strides[1]) {
        const T v = *reinterpret_cast<const T*>(from);
        if (!within_int64(v)) return false;
        *reinterpret_cast<int64_t*>(to) = static_cast<int64_t>(v);
    }
    return true;
}

// The elements are looked at and converted in one pass, on LibTorch's threads.
template <typename T>
bool cut_off_into(const at::Tensor& x, const at::Tensor& result) {
    auto iterator = at::TensorIteratorConfig().check_all_same_dtype(false).add_output(result).add_input(x).build();
    std::atomic<bool> within{true};
    iterator.for_each([&](char** first, const int64_t* strides, int64_t count, int64_t rows) {
        char* data[] = {first[0], first[1]};
        for (int64_t row = 0; row < rows; ++row, data[0] += strides[2], data[1] += strides[3])
            if (!cut_off_strided<T>(data, strides, count)) within.store(false, std::memory_order_relaxed);
    });
    return within;
}

}  // namespace

at::Tensor cut_off(const at::Tensor& x) {
    if (x.scalar_type() != at::kFloat && x.scalar_type() != at::kDouble) return x.to(at::kLong);
    at::Tensor result;
    bool within = false;
    if (x.device().is_cpu()) {
        result = kernels::fresh(x.sizes(), at::kLong);
        within = x.scalar_type() == at::kFloat ? cut_off_into<float>(x, result) : cut_off_into<double>(x, result);
    } else {
        within = at::logical_and(x >= -kTwoTo63, x < kTwoTo63).all().item().toBool();
        if (within) result = x.to(at::kLong);
    }
    if (!within) fail_holding(Code::argument, "handle", *first_outside_int64(x), "which is outside int64");
    return result;
}

}  // namespace simple::torch_backend

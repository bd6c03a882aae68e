// Looking for elements that a function does not take. One pass over the tensor's own memory: made of LibTorch's calls,
// each of these checks costs several times what a small loss does.
#pragma once

#include <ATen/ATen.h>

#include <optional>

#include "impl/errors/error.h"

namespace simple::torch_backend {

inline constexpr double kTwoTo63 = 9223372036854775808.0;  // the first number above int64; its negative is within

// An element of a floating tensor. As float64, 1.1 of float32 is 1.100000023841858.
struct Element {
    double value;
    bool is_float;  // of a float32 tensor
};
// "PARAMETER holds VALUE, WHAT", with the shortest text that the element's dtype reads back.
[[noreturn]] void fail_holding(Code code, const char* parameter, const Element& element, const char* what);

// The first element, in row-major order, that is as said; nullopt where there is none. Tensors of any device; of
// float32, float64 or int64, and of another dtype by its value as float64.
std::optional<Element> first_not_finite(const at::Tensor& x);
std::optional<Element> first_outside_unit(const at::Tensor& x);   // [0, 1]; NaN is outside
std::optional<Element> first_outside_int64(const at::Tensor& x);  // once cut off towards zero; NaN is outside
// That is no whole number within int64.
std::optional<Element> first_not_whole(const at::Tensor& x);
// Of int64: outside [0, size), and not *ignored where that is given.
std::optional<int64_t> first_outside(const at::Tensor& x, int64_t size, const int64_t* ignored);
// Whether the magnitude of a float32 element is more; of NaN it is not.
bool any_beyond(const at::Tensor& x, float limit);

}  // namespace simple::torch_backend

// What the entry points share: a tensor as the shape rules see it, promotion, views that keep requires_grad apart.
#pragma once

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <cstdint>
#include <vector>

#include "impl/rules/rules.h"
#include "impl/spl/read.h"
#include "impl/torch/call.h"
#include "impl/torch/kernels.h"

namespace simple::torch_backend {

rules::Meta meta(const at::Tensor& tensor);
rules::DType dtype_of(const at::Tensor& tensor);

// The numbers of an argument array, which are few and need no memory of their own.
inline rules::Dims few_i64s(const SplArray* array, const char* parameter) {
    rules::Dims numbers;
    numbers.resize(static_cast<size_t>(spl::length_of(array, parameter)));
    spl::copy_i64s(array, parameter, numbers.begin());
    return numbers;
}
inline at::IntArrayRef ref(const rules::Dims& dims) { return {dims.begin(), dims.size()}; }
inline at::IntArrayRef ref(const rules::Pair& pair) { return {pair.data(), pair.size()}; }

// Of an empty pin an undefined tensor, as LibTorch passes an absent optional.
inline at::Tensor tensor_of(const PinnedTensor& pin) { return pin ? *pin : at::Tensor(); }

// The dtype that a call's value tensors are converted to: int64 < float32 < float64, 0-d tensors count too (V1).
at::ScalarType promoted(at::ScalarType a, at::ScalarType b);

[[noreturn]] void fail_devices(const at::Tensor& a, const at::Tensor& b);

inline void check_one_device(const at::Tensor& a, const at::Tensor& b) {
    if (__builtin_expect(a.device() != b.device(), 0)) fail_devices(a, b);
}

// The tensor itself where it has the dtype, else one that lives as long as the expression that the call is part of: no
// reference is counted.
inline const at::Tensor& as_type(const at::Tensor& tensor, at::ScalarType dtype, at::Tensor&& made = at::Tensor()) {
    return tensor.scalar_type() == dtype ? tensor : made = kernels::to(tensor, dtype);
}

// An int64 tensor as float32 (V1, V2).
inline const at::Tensor& floated(const at::Tensor& tensor, at::Tensor&& made = at::Tensor()) {
    return tensor.scalar_type() == at::kLong ? made = kernels::to(tensor, at::kFloat) : tensor;
}

// A new tensor, or several, made by op of the given ones. Where none of them records a graph, autograd's layer of the
// dispatcher is pure cost: op then runs below it.
template <typename Op, typename... Tensors>
auto computed(Op&& op, const Tensors&... given) {
    if ((given.requires_grad() || ...) && at::GradMode::is_enabled()) return op(given...);
    const kernels::BelowAutograd guard;
    return op(given...);
}

// op on both tensors, converted to one dtype.
template <typename Op>
at::Tensor on_promoted(const at::Tensor& a, const at::Tensor& b, Op&& op) {
    check_one_device(a, b);
    return computed(
        [&](const at::Tensor& x, const at::Tensor& y) {
            if (__builtin_expect(x.scalar_type() == y.scalar_type(), 1)) return op(x, y);
            const at::ScalarType dtype = promoted(x.scalar_type(), y.scalar_type());
            return op(as_type(x, dtype), as_type(y, dtype));
        },
        a, b);
}

// Whether dim is one of x's; 0-d takes -1 and 0. Looked at before LibTorch does: its exceptions cost some four times
// what the rule's do, and what is known here costs a call nothing.
inline bool has_dim(const at::Tensor& x, int64_t dim) {
    const int64_t ndim = x.dim() == 0 ? 1 : x.dim();
    return -ndim <= dim && dim < ndim;
}

// Of so few elements no result is too large (E7), nor one of a few of them for each.
inline bool is_small(int64_t numel) { return numel <= int64_t{1} << 20; }

// What a rule sees of an argument: of a tensor its Meta, anything else as it is.
inline rules::Meta seen(const at::Tensor& x) { return meta(x); }
template <typename T>
const T& seen(const T& x) {
    return x;
}

// The rule of arguments that do not surely fit; the compiler moves its code apart from what most calls run through. It
// is called from the entry point's own frame, which catches: a frame between them that holds a Meta, as a lambda's
// would, costs the exception as much as a small call.
template <typename Rule, typename... Arguments>
[[gnu::always_inline]] inline void judge_unless(bool surely_fits, Rule&& rule, const Arguments&... arguments) {
    if (__builtin_expect(!surely_fits, 0)) rule(seen(arguments)...);
}

// H7: a result that is no view is row-major.
inline at::Tensor row_major(at::Tensor tensor) {
    if (__builtin_expect(tensor.is_contiguous(), 1)) return tensor;
    return tensor.contiguous();
}

// An entry point that makes a new tensor of one.
template <typename Op>
int64_t unary(Fn fn, int64_t handle, Op op) {
    const PinnedTensor x = handles().pin<at::Tensor>(handle);
    if (__builtin_expect(!x, 0)) return refuse_handle(fn, handle, "handle"), 0;
    return call(fn, [&] { return row_major(computed(op, *x)); });
}

inline bool records_graph(const at::Tensor& tensor) { return at::GradMode::is_enabled() && tensor.requires_grad(); }

// A view or alias of x made by make, with a requires_grad of its own (H6): where no graph is recorded, below the
// dispatch keys that would tie it to x. Where make gives x itself, the result is an alias.
template <typename Make>
at::Tensor shared(const at::Tensor& x, Make&& make) {
    const auto apart = [&] {
        at::Tensor y = make(x);
        if (y.is_same(x)) return kernels::alias(x);
        return y;
    };
    if (records_graph(x)) return apart();
    const kernels::BelowAutograd guard;
    return apart();
}

inline at::Tensor alias_of(const at::Tensor& x) {
    return shared(x, [](const at::Tensor& y) { return kernels::alias(y); });
}

// Index tensors (V3): int64 as it is, floats that hold whole numbers within int64 converted, else a Fault of code 2.
at::Tensor whole_numbers(const at::Tensor& tensor, const char* parameter);

// Faults of code 5 when an element is outside [0, size). ignored passes.
void check_indices(const at::Tensor& indices, int64_t size, const char* parameter, const int64_t* ignored = nullptr);

// A result without a graph as a number.
template <typename Reduce>
double number(Reduce&& reduce) {
    const kernels::BelowAutograd below;
    return kernels::number(reduce());
}

}  // namespace simple::torch_backend

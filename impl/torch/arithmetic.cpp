#include <algorithm>
#include <cfloat>

#include "impl/abi/rt_torch.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

using Rule = rules::Meta (*)(const rules::Meta&, const rules::Meta&);

bool broadcast(at::IntArrayRef a, at::IntArrayRef b) {
    for (size_t i = 1; i <= std::min(a.size(), b.size()); ++i) {
        const int64_t x = a[a.size() - i], y = b[b.size() - i];
        if (x != y && x != 1 && y != 1) return false;
    }
    return true;
}

// The rule judges before LibTorch where sizes do not fit, whose exception would cost three times as much as the rule's,
// and where the broadcast result may be larger than any memory (E7).
inline void check_sizes(const at::Tensor& x, const at::Tensor& y, Rule rule) {
    constexpr int64_t kLargest = int64_t{1} << 43;  // elements of 8 bytes in 2^46
    int64_t most = 0;
    const bool large = __builtin_mul_overflow(x.numel(), y.numel(), &most) || most > kLargest;
    if (__builtin_expect(large || !(x.sizes().equals(y.sizes()) || broadcast(x.sizes(), y.sizes())), 0))
        rule(meta(x), meta(y));
}

template <typename Op>
int64_t binary(Fn fn, int64_t handle, int64_t other, Rule rule, Op op) {
    PinnedTensor x, y;
    return call(
        fn,
        [&] {
            x = pinned(handle);
            y = pinned(other, "other");
            check_sizes(*x, *y, rule);
            return row_major(on_promoted(*x, *y, op));
        },
        [&] { rule(meta(*x), meta(*y)); });
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    return binary(Fn::add, handle, other, rules::add,
                  [](const at::Tensor& x, const at::Tensor& y) { return at::add(x, y); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sub(int64_t handle, int64_t other) {
    return binary(Fn::sub, handle, other, rules::add,
                  [](const at::Tensor& x, const at::Tensor& y) { return at::sub(x, y); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_mul(int64_t handle, int64_t other) {
    return binary(Fn::mul, handle, other, rules::add,
                  [](const at::Tensor& x, const at::Tensor& y) { return at::mul(x, y); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_div(int64_t handle, int64_t other) {
    return binary(Fn::div, handle, other, rules::div,
                  [](const at::Tensor& x, const at::Tensor& y) { return at::div(floated(x), floated(y)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_pow(int64_t handle, double exponent) {
    return unary(Fn::pow, handle, [exponent](const at::Tensor& given) {
        const at::Tensor x = floated(given);
        // LibTorch refuses a finite exponent that float32 cannot hold; rounded to float32 it is infinite.
        const bool too_large = x.scalar_type() == at::kFloat && std::isfinite(exponent) && std::abs(exponent) > FLT_MAX;
        return at::pow(x, too_large ? std::copysign(INFINITY, exponent) : exponent);
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_neg(int64_t handle) {
    return unary(Fn::neg, handle, [](const at::Tensor& x) { return at::neg(x); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_abs(int64_t handle) {
    return unary(Fn::abs, handle, [](const at::Tensor& x) { return at::abs(x); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sqrt(int64_t handle) {
    return unary(Fn::sqrt, handle, [](const at::Tensor& x) { return at::sqrt(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_exp(int64_t handle) {
    return unary(Fn::exp, handle, [](const at::Tensor& x) { return at::exp(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_log(int64_t handle) {
    return unary(Fn::log, handle, [](const at::Tensor& x) { return at::log(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_add_scalar(int64_t handle, double scalar) {
    return unary(Fn::add_scalar, handle, [scalar](const at::Tensor& x) { return at::add(floated(x), scalar); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_mul_scalar(int64_t handle, double scalar) {
    return unary(Fn::mul_scalar, handle, [scalar](const at::Tensor& x) { return at::mul(floated(x), scalar); });
}

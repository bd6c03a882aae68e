#include <algorithm>
#include <cfloat>

#include "impl/abi/rt_torch.h"
#include "impl/torch/square_root.h"
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

// Keeps the two shapes as numbers: how many dims the first has and both have, and their sizes. False where they have
// more dims than there is room for.
bool refuse_sizes(Fn fn, at::IntArrayRef a, at::IntArrayRef b) noexcept {
    using last_error::Numbers;
    Numbers kept{static_cast<int64_t>(a.size()), static_cast<int64_t>(a.size() + b.size())};
    if (a.size() + b.size() > kept.size() - 2) return false;
    std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), kept.begin() + 2));
    const auto judge = [](const Numbers& n) {
        const auto *first = n.data() + 2, *second = first + n[0], *end = first + n[1];
        rules::broadcast({first, second}, {second, end}, "handle", "other");
    };
    last_error::set_judged(fn, Code::shape, judge, kept);
    return true;
}

// Where the broadcast result may be larger than any memory, the rule judges before LibTorch (E7).
bool may_be_too_large(const at::Tensor& x, const at::Tensor& y) {
    constexpr int64_t kLargest = int64_t{1} << 43;  // elements of 8 bytes in 2^46
    int64_t most = 0;
    return __builtin_mul_overflow(x.numel(), y.numel(), &most) || most > kLargest;
}

template <typename Op>
int64_t binary(Fn fn, int64_t handle, int64_t other, Rule rule, Op op) {
    const PinnedTensor x = handles().pin<at::Tensor>(handle);
    if (__builtin_expect(!x, 0)) return refuse_handle(fn, handle, "handle"), 0;
    const PinnedTensor y = handles().pin<at::Tensor>(other);
    if (__builtin_expect(!y, 0)) return refuse_handle(fn, other, "other"), 0;
    const bool fit = x->sizes().equals(y->sizes()) || broadcast(x->sizes(), y->sizes());
    if (__builtin_expect(!fit, 0) && refuse_sizes(fn, x->sizes(), y->sizes())) return 0;
    const auto judge = [&] { rule(meta(*x), meta(*y)); };
    return call(
        fn,
        [&] {
            if (__builtin_expect(!fit || may_be_too_large(*x, *y), 0)) judge();
            return row_major(on_promoted(*x, *y, op));
        },
        judge);
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    return binary(Fn::add, handle, other, rules::add,
                  [](const at::Tensor& x, const at::Tensor& y) { return kernels::add(x, y); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sub(int64_t handle, int64_t other) {
    return binary(Fn::sub, handle, other, rules::add,
                  [](const at::Tensor& x, const at::Tensor& y) { return kernels::sub(x, y); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_mul(int64_t handle, int64_t other) {
    return binary(Fn::mul, handle, other, rules::add,
                  [](const at::Tensor& x, const at::Tensor& y) { return kernels::mul(x, y); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_div(int64_t handle, int64_t other) {
    return binary(Fn::div, handle, other, rules::div,
                  [](const at::Tensor& x, const at::Tensor& y) { return kernels::div(floated(x), floated(y)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_pow(int64_t handle, double exponent) {
    return unary(Fn::pow, handle, [exponent](const at::Tensor& x) {
        // LibTorch refuses a finite exponent that float32 cannot hold; rounded to float32 it is infinite.
        const bool is_float = x.scalar_type() != at::kDouble;
        const bool too_large = is_float && std::isfinite(exponent) && std::abs(exponent) > FLT_MAX;
        return kernels::pow(floated(x), too_large ? std::copysign(INFINITY, exponent) : exponent);
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_neg(int64_t handle) {
    return unary(Fn::neg, handle, [](const at::Tensor& x) { return kernels::neg(x); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_abs(int64_t handle) {
    return unary(Fn::abs, handle, [](const at::Tensor& x) { return kernels::abs(x); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sqrt(int64_t handle) {
    return unary(Fn::sqrt, handle, [](const at::Tensor& x) { return square_root(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_exp(int64_t handle) {
    return unary(Fn::exp, handle, [](const at::Tensor& x) { return kernels::exp(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_log(int64_t handle) {
    return unary(Fn::log, handle, [](const at::Tensor& x) { return kernels::log(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_add_scalar(int64_t handle, double scalar) {
    return unary(Fn::add_scalar, handle, [scalar](const at::Tensor& x) { return kernels::add(floated(x), scalar); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_mul_scalar(int64_t handle, double scalar) {
    return unary(Fn::mul_scalar, handle, [scalar](const at::Tensor& x) { return kernels::mul(floated(x), scalar); });
}

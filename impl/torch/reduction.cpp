#include "impl/abi/rt_torch.h"
#include "impl/torch/lossless.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// A reduction of all elements to a number; of none there is no largest.
template <typename Op>
double reduce_some(Fn fn, int64_t handle, Op op) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(x->numel() > 0, rules::check_not_empty, *x);
        return number([&] { return op(*x); });
    });
}

// One of floating tensors only, which LibTorch's versions do not all insist on.
template <typename Op>
double reduce_floats(Fn fn, int64_t handle, Op op) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(x->is_floating_point(), rules::check_floating, *x);
        return op(*x);
    });
}

int64_t along(const at::Tensor& x, int64_t dim) { return x.dim() == 0 ? 1 : x.size(dim); }

using DimRule = rules::Meta (*)(const rules::Meta&, int64_t, bool);

template <typename Op>
int64_t reduce_dim(Fn fn, int64_t handle, int64_t dim, bool keepdim, DimRule rule, Op op) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(has_dim(*x, dim) && x->numel() > 0, rule, *x, dim, keepdim);
        return row_major(computed(op, *x));
    });
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API double rt_torch_torchtensor_sum(int64_t handle) {
    return call(Fn::sum, [&] {
        const PinnedTensor x = pinned(handle);
        return lossless_sum(*x);
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sum_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduce_dim(Fn::sum_dim, handle, dim, keepdim, rules::sum_dim, [&](const at::Tensor& x) {
        return lossless_sums(x, along(x, dim), [&](const at::Tensor& y) { return kernels::sum(y, dim, keepdim); });
    });
}

RT_TORCH_API double rt_torch_torchtensor_mean(int64_t handle) { return reduce_floats(Fn::mean, handle, lossless_mean); }

RT_TORCH_API int64_t rt_torch_torchtensor_mean_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduce_dim(Fn::mean_dim, handle, dim, keepdim, rules::mean_dim, [&](const at::Tensor& x) {
        if (!x.is_floating_point()) rules::mean_dim(meta(x), dim, keepdim);
        return lossless_sums(x, along(x, dim), [&](const at::Tensor& y) { return kernels::mean(y, dim, keepdim); });
    });
}

RT_TORCH_API double rt_torch_torchtensor_max(int64_t handle) {
    return reduce_some(Fn::max, handle, [](const at::Tensor& x) { return kernels::max(x); });
}

RT_TORCH_API double rt_torch_torchtensor_min(int64_t handle) {
    return reduce_some(Fn::min, handle, [](const at::Tensor& x) { return kernels::min(x); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_max_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduce_dim(Fn::max_dim, handle, dim, keepdim, rules::max_dim,
                      [&](const at::Tensor& x) { return std::get<0>(kernels::max(x, dim, keepdim)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_min_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduce_dim(Fn::min_dim, handle, dim, keepdim, rules::max_dim,
                      [&](const at::Tensor& x) { return std::get<0>(kernels::min(x, dim, keepdim)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_argmax(int64_t handle, int64_t dim, bool keepdim) {
    return reduce_dim(Fn::argmax, handle, dim, keepdim, rules::argmax,
                      [&](const at::Tensor& x) { return kernels::argmax(x, dim, keepdim); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_argmin(int64_t handle, int64_t dim, bool keepdim) {
    return reduce_dim(Fn::argmin, handle, dim, keepdim, rules::argmax,
                      [&](const at::Tensor& x) { return kernels::argmin(x, dim, keepdim); });
}

RT_TORCH_API double rt_torch_torchtensor_std(int64_t handle) {
    return reduce_floats(Fn::std, handle, lossless_deviation);
}

RT_TORCH_API double rt_torch_torchtensor_var(int64_t handle) {
    return reduce_floats(Fn::var, handle, lossless_variance);
}

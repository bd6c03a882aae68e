#include "impl/abi/rt_torch.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// Whether x surely has as many elements as these dims, of which one may be -1. Of none, and of more dims than the
// contract takes, the rule must say: LibTorch accepts more of both.
bool fit(const at::Tensor& x, const rules::Dims& dims) {
    int64_t known = 1;
    int open = 0;
    for (const int64_t size : dims) {
        if (size == -1)
            ++open;
        else if (size < 1 || __builtin_mul_overflow(known, size, &known))
            return false;
    }
    if (dims.size() > static_cast<size_t>(rules::kMostDims) || open > 1 || x.numel() == 0) return false;
    return open == 0 ? known == x.numel() : x.numel() % known == 0;
}

// Whether they are surely an order of as many dims.
bool is_order(const rules::Dims& dims, int64_t ndim) {
    if (static_cast<int64_t>(dims.size()) != ndim || ndim > rules::kMostDims) return false;
    uint64_t seen = 0;
    for (const int64_t dim : dims) {
        if (dim < -ndim || dim >= ndim) return false;
        const uint64_t bit = uint64_t{1} << (dim < 0 ? dim + ndim : dim);
        if (seen & bit) return false;
        seen |= bit;
    }
    return true;
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_ndim(int64_t handle) {
    return call(Fn::ndim, [&] { return Count{pinned(handle)->dim()}; }).value;
}

RT_TORCH_API int64_t rt_torch_torchtensor_numel(int64_t handle) {
    return call(Fn::numel, [&] { return Count{pinned(handle)->numel()}; }).value;
}

RT_TORCH_API SplArray* rt_torch_torchtensor_shape(int64_t handle) {
    return call(Fn::shape, [&] {
        const PinnedTensor x = pinned(handle);
        return int_array(x->sizes());
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_reshape(int64_t handle, const SplArray* dims) {
    return call(Fn::reshape, [&] {
        const PinnedTensor x = pinned(handle);
        const rules::Dims sizes = few_i64s(dims, "dims");
        judge_unless(fit(*x, sizes), [&] {
            bool copies = false;
            rules::reshape(meta(*x), sizes, &copies);
        });
        return shared(*x, [&](const at::Tensor& y) { return kernels::reshape(y, ref(sizes)); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_view(int64_t handle, const SplArray* dims) {
    return call(Fn::view, [&] {
        const PinnedTensor x = pinned(handle);
        const rules::Dims sizes = few_i64s(dims, "dims");
        judge_unless(x->is_contiguous() && fit(*x, sizes), rules::view, *x, sizes);
        return shared(*x, [&](const at::Tensor& y) { return kernels::view(y, ref(sizes)); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_permute(int64_t handle, const SplArray* dims) {
    return call(Fn::permute, [&] {
        const PinnedTensor x = pinned(handle);
        const rules::Dims order = few_i64s(dims, "dims");
        judge_unless(is_order(order, x->dim()), rules::permute, *x, order);
        return shared(*x, [&](const at::Tensor& y) { return kernels::permute(y, ref(order)); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_squeeze(int64_t handle) {
    return call(Fn::squeeze, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return kernels::squeeze(y); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_squeeze_dim(int64_t handle, int64_t dim) {
    return call(Fn::squeeze_dim, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(has_dim(*x, dim), rules::squeeze_dim, *x, dim);
        return shared(*x, [&](const at::Tensor& y) { return kernels::squeeze(y, dim); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_unsqueeze(int64_t handle, int64_t dim) {
    return call(Fn::unsqueeze, [&] {
        const PinnedTensor x = pinned(handle);
        const int64_t ndim = x->dim();
        const bool fits = ndim < rules::kMostDims && -ndim - 1 <= dim && dim <= ndim;
        judge_unless(fits, rules::unsqueeze, *x, dim);
        return shared(*x, [&](const at::Tensor& y) { return kernels::unsqueeze(y, dim); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_flatten(int64_t handle) {
    return call(Fn::flatten, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return kernels::flatten(y); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_contiguous(int64_t handle) {
    return call(Fn::contiguous, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return y.contiguous(); });
    });
}

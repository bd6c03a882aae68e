#include "impl/abi/rt_torch.h"
#include "impl/spl/read.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// LibTorch accepts more dims than the contract, and sizes of nothing whose bytes overflow.
bool needs_rule(const at::Tensor& x, const std::vector<int64_t>& dims) {
    return dims.size() > static_cast<size_t>(rules::kMostDims) || x.numel() == 0;
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
    PinnedTensor x;
    std::vector<int64_t> sizes;
    const auto judge = [&] {
        bool copies = false;
        rules::reshape(meta(*x), sizes, &copies);
    };
    return call(
        Fn::reshape,
        [&] {
            x = pinned(handle);
            sizes = spl::read_i64s(dims, "dims");
            if (needs_rule(*x, sizes)) judge();
            return shared(*x, [&](const at::Tensor& y) { return at::reshape(y, sizes); });
        },
        judge);
}

RT_TORCH_API int64_t rt_torch_torchtensor_view(int64_t handle, const SplArray* dims) {
    PinnedTensor x;
    std::vector<int64_t> sizes;
    const auto judge = [&] { rules::view(meta(*x), sizes); };
    return call(
        Fn::view,
        [&] {
            x = pinned(handle);
            sizes = spl::read_i64s(dims, "dims");
            if (needs_rule(*x, sizes)) judge();
            return shared(*x, [&](const at::Tensor& y) { return y.view(sizes); });
        },
        judge);
}

RT_TORCH_API int64_t rt_torch_torchtensor_permute(int64_t handle, const SplArray* dims) {
    PinnedTensor x;
    std::vector<int64_t> order;
    return call(
        Fn::permute,
        [&] {
            x = pinned(handle);
            order = spl::read_i64s(dims, "dims");
            return shared(*x, [&](const at::Tensor& y) { return at::permute(y, order); });
        },
        [&] { rules::permute(meta(*x), order); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_squeeze(int64_t handle) {
    return call(Fn::squeeze, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return at::squeeze(y); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_squeeze_dim(int64_t handle, int64_t dim) {
    PinnedTensor x;
    return call(
        Fn::squeeze_dim,
        [&] {
            x = pinned(handle);
            return shared(*x, [&](const at::Tensor& y) { return at::squeeze(y, dim); });
        },
        [&] { rules::squeeze_dim(meta(*x), dim); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_unsqueeze(int64_t handle, int64_t dim) {
    PinnedTensor x;
    const auto judge = [&] { rules::unsqueeze(meta(*x), dim); };
    return call(
        Fn::unsqueeze,
        [&] {
            x = pinned(handle);
            if (x->dim() >= rules::kMostDims) judge();
            return shared(*x, [&](const at::Tensor& y) { return at::unsqueeze(y, dim); });
        },
        judge);
}

RT_TORCH_API int64_t rt_torch_torchtensor_flatten(int64_t handle) {
    return call(Fn::flatten, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return at::flatten(y); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_contiguous(int64_t handle) {
    return call(Fn::contiguous, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return y.contiguous(); });
    });
}

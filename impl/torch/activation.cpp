#include <ATen/Context.h>

#include <cmath>
#include <limits>

#include "impl/abi/rt_torch.h"
#include "impl/torch/elements.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

constexpr int64_t kMostDimsOfOnednn = 12;

// Where LibTorch has oneDNN it takes oneDNN's gelu for contiguous float32, which doubles x before it halves it: beyond
// half of the largest float the result is infinite, of infinity it is NaN. In float64 LibTorch's own is exact there.
bool overflows_in_onednn(const at::Tensor& x) {
    if (!at::hasMKLDNN() || x.scalar_type() != at::kFloat || !x.device().is_cpu() || !x.is_contiguous()) return false;
    return any_beyond(x, std::numeric_limits<float>::max() / 2);
}

// softmax or its logarithm.
template <typename Op>
int64_t along(Fn fn, int64_t handle, int64_t dim, Op op) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(x->is_floating_point() && has_dim(*x, dim), rules::softmax, *x, dim);
        return row_major(computed(op, *x));
    });
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_relu(int64_t handle) {
    return unary(Fn::relu, handle, [](const at::Tensor& x) { return kernels::relu(x); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sigmoid(int64_t handle) {
    return unary(Fn::sigmoid, handle, [](const at::Tensor& x) { return kernels::sigmoid(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_tanh(int64_t handle) {
    return unary(Fn::tanh, handle, [](const at::Tensor& x) { return kernels::tanh(floated(x)); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_leaky_relu(int64_t handle, double negative_slope) {
    return call(Fn::leaky_relu, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(kernels::holds(*x, negative_slope), rules::leaky_relu, *x, negative_slope);
        return row_major(computed([&](const at::Tensor& y) { return kernels::leaky_relu(y, negative_slope); }, *x));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_gelu(int64_t handle) {
    return call(Fn::gelu, [&] {
        const PinnedTensor x = pinned(handle);
        if (!x->is_floating_point()) rules::floats_only(meta(*x));
        demand(Part::gelu);
        const at::Tensor values = x->dim() > kMostDimsOfOnednn ? x->flatten() : *x;
        const at::Tensor y = computed(
            [](const at::Tensor& v) {
                return overflows_in_onednn(v) ? at::gelu(v.to(at::kDouble)).to(at::kFloat) : kernels::gelu(v);
            },
            values);
        return row_major(y.dim() == x->dim() ? y : y.view(x->sizes()));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_softmax(int64_t handle, int64_t dim) {
    return along(Fn::softmax, handle, dim, [dim](const at::Tensor& x) { return kernels::softmax(x, dim); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_log_softmax(int64_t handle, int64_t dim) {
    return along(Fn::log_softmax, handle, dim, [dim](const at::Tensor& x) { return kernels::log_softmax(x, dim); });
}

#include "impl/abi/rt_torch.h"
#include "impl/torch/tensors.h"

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_relu(int64_t handle) {
    return call(Fn::relu, [&] { return row_major(at::relu(*pinned(handle))); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_sigmoid(int64_t handle) {
    return call(Fn::sigmoid, [&] { return row_major(at::sigmoid(floated(*pinned(handle)))); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_tanh(int64_t handle) {
    return call(Fn::tanh, [&] { return row_major(at::tanh(floated(*pinned(handle)))); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_leaky_relu(int64_t handle, double negative_slope) {
    return call(Fn::leaky_relu, [&] {
        const PinnedTensor x = pinned(handle);
        rules::leaky_relu(meta(*x), negative_slope);
        return row_major(at::leaky_relu(*x, negative_slope));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_gelu(int64_t handle) {
    return call(Fn::gelu, [&] {
        const PinnedTensor x = pinned(handle);
        if (!x->is_floating_point()) rules::floats_only(meta(*x));
        return row_major(at::gelu(*x));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_softmax(int64_t handle, int64_t dim) {
    PinnedTensor x;
    return call(
        Fn::softmax,
        [&] {
            x = pinned(handle);
            if (!x->is_floating_point()) rules::softmax(meta(*x), dim);
            return row_major(at::softmax(*x, dim));
        },
        [&] { rules::softmax(meta(*x), dim); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_log_softmax(int64_t handle, int64_t dim) {
    PinnedTensor x;
    return call(
        Fn::log_softmax,
        [&] {
            x = pinned(handle);
            if (!x->is_floating_point()) rules::softmax(meta(*x), dim);
            return row_major(at::log_softmax(*x, dim));
        },
        [&] { rules::softmax(meta(*x), dim); });
}

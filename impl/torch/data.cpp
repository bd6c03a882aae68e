#include "impl/abi/rt_torch.h"
#include "impl/torch/cut_off.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// An alias where the tensor has the dtype already, else a row-major copy.
int64_t cast(Fn fn, int64_t handle, at::ScalarType dtype) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(handle);
        if (x->scalar_type() == dtype) return alias_of(*x);
        return row_major(computed([&](const at::Tensor& y) { return kernels::to(y, dtype); }, *x));
    });
}

// The elements of a row-major tensor on the CPU, in one pass.
SplArray* float_array(const at::Tensor& x) {
    const void* data = x.data_ptr();
    switch (x.scalar_type()) {
        case at::kFloat: return spl::float_array(static_cast<const float*>(data), x.numel());
        case at::kDouble: return spl::float_array(static_cast<const double*>(data), x.numel());
        case at::kLong: return spl::float_array(static_cast<const int64_t*>(data), x.numel());
        default: {
            const kernels::BelowAutograd below;
            return float_array(x.to(at::kDouble));
        }
    }
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API SplArray* rt_torch_torchtensor_to_data(int64_t handle) {
    const PinnedTensor x = handles().pin<at::Tensor>(handle);
    if (__builtin_expect(!x, 0)) return refuse_handle(Fn::to_data, handle, "handle"), nullptr;
    return call(Fn::to_data, [&] {
        if (x->device().is_cpu() && x->is_contiguous()) return float_array(*x);
        const kernels::BelowAutograd below;
        return float_array(x->to(at::kCPU).contiguous());
    });
}

RT_TORCH_API int32_t rt_torch_torchtensor_dtype(int64_t handle) {
    return call(Fn::dtype, [&] { return static_cast<int32_t>(dtype_of(*pinned(handle))); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_to_float(int64_t handle) { return cast(Fn::to_float, handle, at::kDouble); }

RT_TORCH_API int64_t rt_torch_torchtensor_to_float32(int64_t handle) {
    return cast(Fn::to_float32, handle, at::kFloat);
}

RT_TORCH_API int64_t rt_torch_torchtensor_to_int(int64_t handle) {
    return call(Fn::to_int, [&] {
        const PinnedTensor x = pinned(handle);
        if (x->scalar_type() == at::kLong) return alias_of(*x);
        return row_major(computed(cut_off, *x));
    });
}

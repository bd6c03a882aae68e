#include "impl/abi/rt_torch.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// An alias where the tensor has the dtype already, else a row-major copy.
int64_t cast(Fn fn, int64_t handle, at::ScalarType dtype) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(handle);
        if (x->scalar_type() == dtype) return alias_of(*x);
        return row_major(computed([&](const at::Tensor& y) { return y.to(dtype); }, *x));
    });
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API SplArray* rt_torch_torchtensor_to_data(int64_t handle) {
    return call(Fn::to_data, [&] {
        const PinnedTensor x = pinned(handle);
        at::NoGradGuard guard;
        const at::Tensor values = x->to(at::kCPU, at::kDouble).contiguous();
        SplArray* array = spl::make_array(values.numel());
        const auto* data = static_cast<const double*>(values.data_ptr());
        for (int64_t i = 0; i < values.numel(); ++i) array->items[i] = spl::float_value(data[i]);
        return array;
    });
}

RT_TORCH_API int32_t rt_torch_torchtensor_dtype(int64_t handle) {
    return call(Fn::dtype, [&] { return static_cast<int32_t>(meta(*pinned(handle)).dtype); });
}

RT_TORCH_API int64_t rt_torch_torchtensor_to_float(int64_t handle) { return cast(Fn::to_float, handle, at::kDouble); }

RT_TORCH_API int64_t rt_torch_torchtensor_to_float32(int64_t handle) {
    return cast(Fn::to_float32, handle, at::kFloat);
}

RT_TORCH_API int64_t rt_torch_torchtensor_to_int(int64_t handle) { return cast(Fn::to_int, handle, at::kLong); }

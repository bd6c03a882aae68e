// A peer: twenty functions of the table as a thin binding has them, LibTorch's call and nothing besides. Arguments are
// taken as they are, and what LibTorch throws ends the process; no error codes, no promotion beyond LibTorch's own, no
// requires_grad apart. PEER_HANDLES is the header that says what a handle is.
#include <ATen/ATen.h>
#include <torch/csrc/api/include/torch/version.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "impl/abi/rt_torch.h"
#include PEER_HANDLES

#define PEER_API extern "C" __attribute__((visibility("default")))

namespace simple::peers {
namespace {

std::vector<int64_t> ints(const SplArray* array) {
    std::vector<int64_t> numbers(static_cast<size_t>(array->len));
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = array->items[i].as_int;
    return numbers;
}

template <typename T>
at::Tensor filled(at::ScalarType dtype, const SplArray* data, const SplArray* dims, T SplValue::*member) {
    at::Tensor tensor = at::empty(ints(dims), dtype);
    T* elements = static_cast<T*>(tensor.data_ptr());
    for (int64_t i = 0; i < data->len; ++i) elements[i] = data->items[i].*member;
    return tensor;
}

SplArray* floats(const at::Tensor& tensor) {
    const at::Tensor x = tensor.to(at::kDouble).contiguous();
    const auto* elements = static_cast<const double*>(x.data_ptr());
    const auto count = static_cast<size_t>(x.numel());
    auto* array = static_cast<SplArray*>(std::malloc(sizeof(SplArray)));
    auto* items = static_cast<SplValue*>(std::malloc(sizeof(SplValue) * (count + 1)));
    if (!array || !items) throw std::bad_alloc();
    for (size_t i = 0; i < count; ++i) {
        items[i].tag = SPL_FLOAT;
        items[i].as_float = elements[i];
    }
    *array = {items, x.numel(), x.numel() + 1};
    return array;
}

}  // namespace
}  // namespace simple::peers

using namespace simple::peers;

// The twenty that are timed.
PEER_API int64_t rt_torch_tensor_zeros(const SplArray* dims) { return hand_out(at::zeros(ints(dims))); }
PEER_API int64_t rt_torch_tensor_ones(const SplArray* dims) { return hand_out(at::ones(ints(dims))); }
PEER_API int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return hand_out(at::full(ints(dims), value, at::kFloat));
}
PEER_API int64_t rt_torch_tensor_from_data(const SplArray* data, const SplArray* dims) {
    return hand_out(filled(at::kDouble, data, dims, &SplValue::as_float));
}
PEER_API int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    return hand_out(at::add(tensor_of(handle), tensor_of(other)));
}
PEER_API int64_t rt_torch_torchtensor_sub(int64_t handle, int64_t other) {
    return hand_out(at::sub(tensor_of(handle), tensor_of(other)));
}
PEER_API int64_t rt_torch_torchtensor_mul(int64_t handle, int64_t other) {
    return hand_out(at::mul(tensor_of(handle), tensor_of(other)));
}
PEER_API int64_t rt_torch_torchtensor_div(int64_t handle, int64_t other) {
    return hand_out(at::div(tensor_of(handle), tensor_of(other)));
}
PEER_API int64_t rt_torch_torchtensor_neg(int64_t handle) { return hand_out(at::neg(tensor_of(handle))); }
PEER_API int64_t rt_torch_torchtensor_exp(int64_t handle) { return hand_out(at::exp(tensor_of(handle))); }
PEER_API int64_t rt_torch_torchtensor_relu(int64_t handle) { return hand_out(at::relu(tensor_of(handle))); }
PEER_API int64_t rt_torch_torchtensor_sigmoid(int64_t handle) { return hand_out(at::sigmoid(tensor_of(handle))); }
PEER_API int64_t rt_torch_torchtensor_softmax(int64_t handle, int64_t dim) {
    return hand_out(at::softmax(tensor_of(handle), dim));
}
PEER_API int64_t rt_torch_torchtensor_matmul(int64_t handle, int64_t other) {
    return hand_out(at::matmul(tensor_of(handle), tensor_of(other)));
}
PEER_API int64_t rt_torch_torchtensor_transpose(int64_t handle, int64_t dim0, int64_t dim1) {
    return hand_out(at::transpose(tensor_of(handle), dim0, dim1));
}
PEER_API int64_t rt_torch_torchtensor_reshape(int64_t handle, const SplArray* dims) {
    return hand_out(at::reshape(tensor_of(handle), ints(dims)));
}
PEER_API double rt_torch_torchtensor_sum(int64_t handle) { return at::sum(tensor_of(handle)).item<double>(); }
PEER_API int64_t rt_torch_torchtensor_ndim(int64_t handle) { return tensor_of(handle).dim(); }
PEER_API int64_t rt_torch_torchtensor_clone(int64_t handle) { return hand_out(at::clone(tensor_of(handle))); }
PEER_API void rt_torch_torchtensor_free(int64_t handle) { give_back(handle); }

// What the benchmark asks for besides: which LibTorch this is, operands that are not float64, and results to look at.
PEER_API char* rt_torch_version(void) { return strdup(TORCH_VERSION); }
PEER_API int64_t rt_torch_tensor_from_i64_data(const SplArray* data, const SplArray* dims) {
    return hand_out(filled(at::kLong, data, dims, &SplValue::as_int));
}
PEER_API int64_t rt_torch_torchtensor_to_float32(int64_t handle) { return hand_out(tensor_of(handle).to(at::kFloat)); }
PEER_API SplArray* rt_torch_torchtensor_to_data(int64_t handle) { return floats(tensor_of(handle)); }

#include "impl/torch/tensors.h"

#include <string>

#include "impl/errors/error.h"
#include "impl/torch/elements.h"

namespace simple::torch_backend {

SIMPLE_FAST_TLS __thread bool kernels::t_below_autograd_alone = false;

rules::Meta meta(const at::Tensor& tensor) {
    rules::Meta out;
    const auto sizes = tensor.sizes(), strides = tensor.strides();
    out.sizes = rules::Dims(sizes.begin(), sizes.end());
    out.strides = rules::Dims(strides.begin(), strides.end());
    out.offset = tensor.storage_offset();
    out.dtype = dtype_of(tensor);
    return out;
}

rules::DType dtype_of(const at::Tensor& tensor) {
    switch (tensor.scalar_type()) {
        case at::kFloat: return rules::DType::f32;
        case at::kDouble: return rules::DType::f64;
        case at::kLong: return rules::DType::i64;
        case at::kBool: return rules::DType::boolean;
        default: return rules::DType::other;
    }
}

at::ScalarType promoted(at::ScalarType a, at::ScalarType b) {
    const auto rank = [](at::ScalarType t) { return t == at::kDouble ? 2 : t == at::kFloat ? 1 : 0; };
    return rank(a) >= rank(b) ? a : b;
}

void fail_devices(const at::Tensor& a, const at::Tensor& b) {
    fail(Code::argument, "the tensors are on {} and {}", a.device().str(), b.device().str());
}

at::Tensor whole_numbers(const at::Tensor& tensor, const char* parameter) {
    if (tensor.scalar_type() == at::kLong) return tensor;
    if (const auto bad = first_not_whole(tensor))
        fail_holding(Code::argument, parameter, *bad, "which is no whole number within int64");
    at::NoGradGuard guard;
    return tensor.to(at::kLong);
}

void check_indices(const at::Tensor& indices, int64_t size, const char* parameter, const int64_t* ignored) {
    if (const auto bad = first_outside(indices, size, ignored))
        fail(Code::range, "{} holds {}, outside [0, {})", parameter, *bad, size);
}

}  // namespace simple::torch_backend

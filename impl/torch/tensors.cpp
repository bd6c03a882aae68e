#include "impl/torch/tensors.h"

#include <string>

#include "impl/errors/error.h"
#include "impl/torch/elements.h"

namespace simple::torch_backend {

rules::Meta meta(const at::Tensor& tensor) {
    rules::Meta out;
    const auto sizes = tensor.sizes(), strides = tensor.strides();
    out.sizes = rules::Dims(sizes.begin(), sizes.end());
    out.strides = rules::Dims(strides.begin(), strides.end());
    out.offset = tensor.storage_offset();
    switch (tensor.scalar_type()) {
        case at::kFloat: out.dtype = rules::DType::f32; break;
        case at::kDouble: out.dtype = rules::DType::f64; break;
        case at::kLong: out.dtype = rules::DType::i64; break;
        case at::kBool: out.dtype = rules::DType::boolean; break;
        default: out.dtype = rules::DType::other;
    }
    return out;
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

// Creation: the rules run first, since LibTorch accepts sizes that the contract refuses.
#include <algorithm>
#include <cstring>

#include "impl/abi/rt_torch.h"
#include "impl/spl/read.h"
#include "impl/torch/lossless.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

std::vector<int64_t> checked_dims(const SplArray* array) {
    std::vector<int64_t> dims = spl::read_i64s(array, "dims");
    rules::created(dims);
    return dims;
}

template <typename Draw>
at::Tensor drawn(const SplArray* dims, const Draw& draw) {
    const std::vector<int64_t> sizes = checked_dims(dims);
    demand(Part::random);
    return computed([&] { return draw(sizes); });
}

// A tensor of the numbers of data, read into its own memory.
template <typename T>
at::Tensor of_data(const SplArray* data, const SplArray* dims, at::ScalarType dtype, rules::DType rule_dtype,
                   void (*copy)(const SplArray*, const char*, T*)) {
    const int64_t count = spl::length_of(data, "data");
    const std::vector<int64_t> sizes = spl::read_i64s(dims, "dims");
    rules::from_data(count, sizes, rule_dtype);
    at::Tensor tensor = computed([&] { return at::empty(sizes, dtype); });
    copy(data, "data", static_cast<T*>(tensor.data_ptr()));
    return tensor;
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_tensor_zeros(const SplArray* dims) {
    return call(Fn::zeros, [&] { return computed([&] { return at::zeros(checked_dims(dims), at::kFloat); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_ones(const SplArray* dims) {
    return call(Fn::ones, [&] { return computed([&] { return at::ones(checked_dims(dims), at::kFloat); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_randn(const SplArray* dims) {
    return call(Fn::randn,
                [&] { return drawn(dims, [](at::IntArrayRef sizes) { return at::randn(sizes, at::kFloat); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_rand(const SplArray* dims) {
    return call(Fn::rand,
                [&] { return drawn(dims, [](at::IntArrayRef sizes) { return at::rand(sizes, at::kFloat); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_empty(const SplArray* dims) {
    return call(Fn::empty, [&] { return computed([&] { return at::empty(checked_dims(dims), at::kFloat); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return call(Fn::full, [&] {
        const std::vector<int64_t> sizes = spl::read_i64s(dims, "dims");
        rules::full(sizes, value);
        return computed([&] { return at::full(sizes, value, at::kFloat); });
    });
}

RT_TORCH_API int64_t rt_torch_tensor_from_data(const SplArray* data, const SplArray* dims) {
    return call(Fn::from_data, [&] { return of_data(data, dims, at::kDouble, rules::DType::f64, spl::copy_f64s); });
}

RT_TORCH_API int64_t rt_torch_tensor_from_i64_data(const SplArray* data, const SplArray* dims) {
    return call(Fn::from_i64_data, [&] { return of_data(data, dims, at::kLong, rules::DType::i64, spl::copy_i64s); });
}

RT_TORCH_API int64_t rt_torch_tensor_arange(double start, double end, double step) {
    return call(Fn::arange, [&] {
        rules::arange(start, end, step);
        return computed([&] { return at::arange(start, end, step, at::kFloat); });
    });
}

RT_TORCH_API int64_t rt_torch_tensor_linspace(double start, double end, int64_t steps) {
    return call(Fn::linspace, [&] {
        rules::linspace(start, end, steps);
        return lossless_linspace(start, end, steps);
    });
}

RT_TORCH_API int64_t rt_torch_tensor_eye(int64_t n) {
    return call(Fn::eye, [&] {
        rules::eye(n);
        return computed([&] { return at::eye(n, at::kFloat); });
    });
}

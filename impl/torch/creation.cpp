// Creation: the rules run first, since LibTorch accepts sizes that the contract refuses.
#include <algorithm>
#include <cstring>

#include "impl/abi/rt_torch.h"
#include "impl/torch/lossless.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// Whether the rules surely take these sizes, of any dtype.
bool are_usual(const rules::Dims& dims) {
    constexpr int64_t kLargest = int64_t{1} << 40;  // elements of 8 bytes in 2^46
    int64_t count = 1;
    for (const int64_t size : dims)
        if (size < 1 || __builtin_mul_overflow(count, size, &count)) return false;
    return count <= kLargest && dims.size() <= static_cast<size_t>(rules::kMostDims);
}

rules::Dims checked_dims(const SplArray* array) {
    rules::Dims dims = few_i64s(array, "dims");
    judge_unless(are_usual(dims), rules::created, dims);
    return dims;
}

template <typename Draw>
at::Tensor drawn(const SplArray* dims, const Draw& draw) {
    const rules::Dims sizes = checked_dims(dims);
    demand(Part::random);
    return computed([&] { return draw(ref(sizes)); });
}

// A tensor of the numbers of data, read into its own memory.
template <typename T>
at::Tensor of_data(const SplArray* data, const SplArray* dims, at::ScalarType dtype, rules::DType rule_dtype,
                   void (*copy)(const SplArray*, const char*, T*)) {
    const int64_t count = spl::length_of(data, "data");
    const rules::Dims sizes = few_i64s(dims, "dims");
    judge_unless(are_usual(sizes) && rules::numel(sizes) == count, rules::from_data, count, sizes, rule_dtype);
    at::Tensor tensor = computed([&] { return kernels::fresh(ref(sizes), dtype); });
    copy(data, "data", static_cast<T*>(tensor.data_ptr()));
    return tensor;
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_tensor_zeros(const SplArray* dims) {
    return call(Fn::zeros, [&] { return computed([&] { return kernels::zeros(ref(checked_dims(dims))); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_ones(const SplArray* dims) {
    return call(Fn::ones, [&] { return computed([&] { return kernels::ones(ref(checked_dims(dims))); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_randn(const SplArray* dims) {
    return call(Fn::randn, [&] { return drawn(dims, [](at::IntArrayRef sizes) { return kernels::randn(sizes); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_rand(const SplArray* dims) {
    return call(Fn::rand, [&] { return drawn(dims, [](at::IntArrayRef sizes) { return kernels::rand(sizes); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_empty(const SplArray* dims) {
    return call(Fn::empty,
                [&] { return computed([&] { return kernels::fresh(ref(checked_dims(dims)), at::kFloat); }); });
}

RT_TORCH_API int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return call(Fn::full, [&] {
        const rules::Dims sizes = few_i64s(dims, "dims");
        rules::full(sizes, value);
        return computed([&] { return kernels::full(ref(sizes), value); });
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
        return computed([&] { return kernels::arange(start, end, step, at::kFloat); });
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
        return computed([&] { return kernels::eye(n, at::kFloat); });
    });
}

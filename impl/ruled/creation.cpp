// Tensors made of numbers.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

template <typename Rule>
int64_t created(Fn fn, const Parameters& parameters, Rule rule) {
    return tensor_call(fn, [&] {
        Tensor result(rule());
        result.storage = Elements::make(fn, result.meta, parameters);
        return result;
    });
}

int64_t of_dims(Fn fn, const SplArray* dims) {
    return created(fn, {}, [&] { return rules::created(spl::read_i64s(dims, "dims")); });
}

template <typename Number>
int64_t of_data(Fn fn, std::vector<Number> (*read)(const SplArray*, const char*), const SplArray* data,
                const SplArray* dims, rules::DType dtype) {
    return tensor_call(fn, [&] {
        std::vector<Number> elements = read(data, "data");
        const auto count = static_cast<int64_t>(elements.size());
        Tensor result(rules::from_data(count, spl::read_i64s(dims, "dims"), dtype));
        result.storage = Elements::hold(result.meta, std::move(elements));
        return result;
    });
}

}  // namespace

int64_t rt_torch_tensor_zeros(const SplArray* dims) { return of_dims(Fn::zeros, dims); }
int64_t rt_torch_tensor_ones(const SplArray* dims) { return of_dims(Fn::ones, dims); }
int64_t rt_torch_tensor_randn(const SplArray* dims) { return of_dims(Fn::randn, dims); }
int64_t rt_torch_tensor_rand(const SplArray* dims) { return of_dims(Fn::rand, dims); }
int64_t rt_torch_tensor_empty(const SplArray* dims) { return of_dims(Fn::empty, dims); }
int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return created(Fn::full, {{}, {value}, {}}, [&] { return rules::full(spl::read_i64s(dims, "dims"), value); });
}
int64_t rt_torch_tensor_from_data(const SplArray* data, const SplArray* dims) {
    return of_data(Fn::from_data, spl::read_f64s, data, dims, rules::DType::f64);
}
int64_t rt_torch_tensor_from_i64_data(const SplArray* data, const SplArray* dims) {
    return of_data(Fn::from_i64_data, spl::read_i64s, data, dims, rules::DType::i64);
}
int64_t rt_torch_tensor_arange(double start, double end, double step) {
    return created(Fn::arange, {{}, {start, end, step}, {}}, [&] { return rules::arange(start, end, step); });
}
int64_t rt_torch_tensor_linspace(double start, double end, int64_t steps) {
    return created(Fn::linspace, {{steps}, {start, end}, {}}, [&] { return rules::linspace(start, end, steps); });
}
int64_t rt_torch_tensor_eye(int64_t n) {
    return created(Fn::eye, {{n}, {}, {}}, [&] { return rules::eye(n); });
}

#include "bench/direct/direct_call.h"

#include <ATen/Parallel.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace simple::direct {

at::Tensor Given::tensor(size_t at) const {
    for (const Ref& ref : step_.refs)
        if (ref.argument == at && ref.element < 0) return before_[ref.step].tensors[static_cast<size_t>(ref.result)];
    return {};
}

std::vector<at::Tensor> Given::tensors(size_t at) const {
    std::vector<at::Tensor> list(std::get<Array>(step_.args[at]).items.size());
    for (const Ref& ref : step_.refs)
        if (ref.argument == at)
            list[static_cast<size_t>(ref.element)] = before_[ref.step].tensors[static_cast<size_t>(ref.result)];
    return list;
}

std::vector<double> Given::numbers(size_t at) const {
    std::vector<double> values;
    for (const SplValue& item : std::get<Array>(step_.args[at]).items)
        values.push_back(item.tag == SPL_FLOAT ? item.as_float : static_cast<double>(item.as_int));
    return values;
}

std::vector<int64_t> Given::ints(size_t at) const {
    std::vector<int64_t> values;
    for (const SplValue& item : std::get<Array>(step_.args[at]).items)
        values.push_back(item.tag == SPL_FLOAT ? static_cast<int64_t>(item.as_float) : item.as_int);
    return values;
}

at::ScalarType higher(at::ScalarType a, at::ScalarType b) {
    if (a == at::kDouble || b == at::kDouble) return at::kDouble;
    return a == at::kFloat || b == at::kFloat ? at::kFloat : at::kLong;
}

std::vector<at::Tensor> promoted(const std::vector<at::Tensor>& tensors) {
    at::ScalarType dtype = at::kLong;
    for (const at::Tensor& x : tensors)
        if (x.defined()) dtype = higher(dtype, x.scalar_type());
    std::vector<at::Tensor> converted;
    for (const at::Tensor& x : tensors) converted.push_back(x.defined() ? x.to(dtype) : x);
    return converted;
}

at::Tensor as_index(const at::Tensor& x) { return x.to(at::kLong); }

namespace {

template <typename T>
at::Tensor filled(at::ScalarType dtype, const std::vector<T>& values, const std::vector<int64_t>& dims) {
    at::Tensor x = at::empty(dims, dtype);
    std::copy(values.begin(), values.end(), static_cast<T*>(x.data_ptr()));
    return x;
}

// The setting, once it is known that the threads of LibTorch's first pool can be started, as a careful host would find
// out: it starts them. Their number is the machine's, so that only beside them the cost of the function says something.
void set_threads_that_start(int count) {
    std::vector<std::thread> threads;
    for (long i = 1; i < sysconf(_SC_NPROCESSORS_CONF) + count - 1; ++i) threads.emplace_back([] {});
    for (std::thread& thread : threads) thread.join();
    at::set_num_threads(count);
}

DirectCall direct_global(Fn fn, const Given& g) {
    switch (fn) {
        case Fn::available: return made_by([] { return true; });
        case Fn::cuda_available: return made_by([] { return at::hasCUDA(); });
        case Fn::manual_seed: return made_by([seed = g.integer(0)] { at::manual_seed(static_cast<uint64_t>(seed)); });
        case Fn::set_num_threads: return made_by([n = static_cast<int>(g.integer(0))] { set_threads_that_start(n); });
        default: return {};
    }
}

}  // namespace

DirectCall direct_creation(Fn fn, const Given& g) {
    switch (fn) {
        case Fn::zeros: return made_by([d = g.ints(0)] { return at::zeros(d, at::kFloat); });
        case Fn::ones: return made_by([d = g.ints(0)] { return at::ones(d, at::kFloat); });
        case Fn::randn: return made_by([d = g.ints(0)] { return at::randn(d, at::kFloat); });
        case Fn::rand: return made_by([d = g.ints(0)] { return at::rand(d, at::kFloat); });
        case Fn::empty: return made_by([d = g.ints(0)] { return at::empty(d, at::kFloat); });
        case Fn::full: return made_by([d = g.ints(0), x = g.number(1)] { return at::full(d, x, at::kFloat); });
        case Fn::from_data: return made_by([v = g.numbers(0), d = g.ints(1)] { return filled(at::kDouble, v, d); });
        case Fn::from_i64_data: return made_by([v = g.ints(0), d = g.ints(1)] { return filled(at::kLong, v, d); });
        case Fn::arange:
            return made_by(
                [a = g.number(0), b = g.number(1), s = g.number(2)] { return at::arange(a, b, s, at::kFloat); });
        case Fn::linspace:
            return made_by(
                [a = g.number(0), b = g.number(1), n = g.integer(2)] { return at::linspace(a, b, n, at::kFloat); });
        default: return made_by([n = g.integer(0)] { return at::eye(n, at::kFloat); });
    }
}

DirectCall direct_call(Fn fn, const Given& given) {
    const std::string_view category = function(fn).category;
    if (category == "info" || category == "random" || category == "threads") return direct_global(fn, given);
    if (fn == Fn::from_i64_data || category == "creation") return direct_creation(fn, given);
    if (fn == Fn::transpose || fn == Fn::t || category == "shape" || category == "indexing")
        return direct_shape(fn, given);
    if (category == "arithmetic" || category == "activation" || category == "linalg" || category == "reduction")
        return direct_math(fn, given);
    if (category == "autograd" || category == "device" || category == "data") return direct_tensor(fn, given);
    if (category == "nn" || category == "loss" || category == "training") return direct_layer(fn, given);
    return {};
}

}  // namespace simple::direct

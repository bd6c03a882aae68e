#include "golden/reference/elements.h"

#include <utility>

#include "golden/reference/call.h"
#include "golden/reference/creation.h"
#include "golden/reference/elementwise.h"
#include "golden/reference/random.h"
#include "impl/errors/error.h"
#include "impl/ruled/tensor.h"
#include "impl/spl/build.h"

namespace simple::ruled {
namespace {

using namespace reference;  // NOLINT: of this file

Values& filled_in(const Elements::Storage& storage) {
    if (storage->reals.empty() && storage->wholes.empty()) *storage = zeros(storage->dtype, storage->sizes);
    return *storage;
}

Values dense(const Meta& meta, const Elements::Storage& storage) {
    return read(filled_in(storage), meta.sizes.vector(), meta.strides.vector(), meta.offset);
}
Values dense(const Tensor& x) { return dense(x.meta, x.storage); }

void write(const Tensor& x, const Values& elements) {
    write(filled_in(x.storage), x.meta.sizes.vector(), x.meta.strides.vector(), x.meta.offset, elements);
}

// A gradient in the dtype of the tensor that it belongs to.
Values in_dtype(Values grad, DType dtype) {
    grad.dtype = dtype;
    return rounded(std::move(grad));
}

// Of a result whose gradient alone makes that of x.
Elements::Step step_of(const Tensor& x, std::function<Values(const Values&)> gradient) {
    return [gradient = std::move(gradient), dtype = x.meta.dtype](const std::vector<const Values*>& of_results) {
        return std::vector<std::optional<Values>>{in_dtype(gradient(*of_results[0]), dtype)};
    };
}

Call call_of(Fn fn, Inputs inputs, const Parameters& parameters) {
    Call call;
    call.fn = fn;
    call.integers = parameters.integers;
    call.numbers = parameters.numbers;
    for (const std::vector<int64_t>* list : parameters.lists) call.lists.push_back(*list);
    for (const Tensor* input : inputs)
        call.tensors.push_back(input ? std::optional<Values>(dense(*input)) : std::nullopt);
    return call;
}

void check_within_int64(const Values& x) {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63
    for (double v : x.reals)
        if (!(v >= -kLimit && v < kLimit)) fail_holding(Code::argument, "handle", x, v, "which is outside int64");
}

Values made(Fn fn, const Sizes& sizes, const Parameters& parameters) {
    const auto dtype = DType::f32;
    const double* number = parameters.numbers.begin();
    const int64_t* integer = parameters.integers.begin();
    switch (fn) {
        case Fn::zeros: return zeros(dtype, sizes);
        case Fn::ones: return filled(dtype, sizes, 1);
        case Fn::randn: return rounded(normal(dtype, sizes));
        case Fn::rand: return uniform(dtype, sizes);
        case Fn::full: return rounded(filled(dtype, sizes, number[0]));
        case Fn::arange: return arange(number[0], number[2], sizes[0]);
        case Fn::linspace: return linspace(number[0], number[1], integer[0]);
        case Fn::eye: return eye(integer[0]);
        default: break;
    }
    Values unfilled;  // empty
    unfilled.dtype = dtype;
    unfilled.sizes = sizes;
    return unfilled;
}

}  // namespace

std::mutex Elements::Turn::one_call;  // neither constructed nor destroyed: calls come before main and at exit too

Elements::Storage Elements::make(Fn fn, const Meta& meta, const Parameters& parameters) {
    return std::make_shared<Values>(made(fn, meta.sizes.vector(), parameters));
}

Elements::Storage Elements::hold(const Meta& meta, std::vector<double> reals) {
    return std::make_shared<Values>(Values{meta.dtype, meta.sizes.vector(), std::move(reals), {}});
}
Elements::Storage Elements::hold(const Meta& meta, std::vector<int64_t> wholes) {
    return std::make_shared<Values>(Values{meta.dtype, meta.sizes.vector(), {}, std::move(wholes)});
}

Elements::Step Elements::compute(Fn fn, Inputs inputs, const Parameters& parameters, Results results) {
    Call call = call_of(fn, inputs, parameters);
    std::vector<Values> values = evaluate(call);
    for (size_t i = 0; i < results.size(); ++i) {
        const Meta& meta = results[i].meta;
        if (values[i].sizes != meta.sizes.vector() || values[i].dtype != meta.dtype)
            fail(Code::other, "the rule expects a result of shape {}, not {}", meta.sizes,
                 rules::Dims(values[i].sizes));
        results[i].storage = std::make_shared<Values>(std::move(values[i]));
    }
    for (size_t k = results.size(); k < values.size(); ++k) write(*inputs[k], values[k]);  // running statistics
    std::vector<DType> dtypes;
    for (const Tensor* input : inputs) dtypes.push_back(input ? input->meta.dtype : DType::f64);
    return [call = std::move(call), dtypes = std::move(dtypes)](const std::vector<const Values*>& of_results) {
        std::vector<std::optional<Values>> gradients = differentiate(call, of_results);
        for (size_t k = 0; k < gradients.size(); ++k)
            if (gradients[k]) gradients[k] = in_dtype(std::move(*gradients[k]), dtypes[k]);
        return gradients;
    };
}

double Elements::number(Fn fn, Inputs inputs) {
    Call call = call_of(fn, inputs, {});
    return evaluate_number(call);
}

Elements::Step Elements::copy(const Tensor& x, Tensor& result) {
    if (result.meta.dtype == DType::i64) check_within_int64(dense(x));
    Values elements = reshaped(converted(dense(x), result.meta.dtype), result.meta.sizes.vector());
    result.storage = std::make_shared<Values>(std::move(elements));
    return step_of(x, [sizes = x.meta.sizes.vector()](const Values& grad) { return reshaped(grad, sizes); });
}

// A gradient goes back through the storage: written where the view's elements lie, read where x's do.
Elements::Step Elements::view(const Tensor& x, const Tensor& result) {
    return step_of(x, [from = x.meta, to = result.meta, numel = x.storage->numel()](const Values& grad) {
        Values whole = zeros(DType::f64, {numel});
        reference::write(whole, to.sizes.vector(), to.strides.vector(), to.offset, grad);
        return reference::read(whole, from.sizes.vector(), from.strides.vector(), from.offset);
    });
}

SplArray* Elements::read(const Meta& meta, const Storage& storage) {
    const Values x = dense(meta, storage);
    SplArray* array = spl::make_array(x.numel());
    for (int64_t i = 0; i < x.numel(); ++i) array->items[i] = spl::float_value(x.real(i));
    return array;
}

void Elements::seed(int64_t number) { reference::seed(static_cast<uint64_t>(number)); }

Values Elements::ones(const Meta& meta) { return filled(meta.dtype, meta.sizes.vector(), 1); }

Values Elements::sum(const Values& a, const Values& b) { return rounded(binary(Fn::add, a, b)); }

void Elements::keep(Tensor& grad, const Values& gradient) {
    grad.storage = std::make_shared<Values>(zeros(grad.meta.dtype, grad.meta.sizes.vector()));
    write(grad, gradient);
}

void Elements::add(const Tensor& grad, const Values& gradient) { write(grad, sum(dense(grad), gradient)); }

void Elements::clear(const Tensor& grad) { *grad.storage = zeros_like(*grad.storage); }

}  // namespace simple::ruled

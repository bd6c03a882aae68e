#include <algorithm>
#include <cmath>
#include <limits>

#include "property/laws/drawn.h"

namespace simple::property {

namespace {

Want doubles() { return Want().f64().filled(Values::modest); }

Laws sum_laws() {
    Laws laws;
    laws.add(Fn::sum, "is-sum-of-sums-along-dim", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole());
        const Value x = t.make(spec);
        t.near(t.value(Fn::sum, t(Fn::sum_dim, x, t.dim("dim", spec.dims.size()), false)), t.value(Fn::sum, x));
    });
    laws.add(Fn::sum, "is-additive", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("a", whole());
        const Value a = t.make(spec), b = t.tensor("b", whole().of(spec.dims));
        t.near(t.value(Fn::sum, t(Fn::add, a, b)), t.value(Fn::sum, a) + t.value(Fn::sum, b));
    });
    laws.add(Fn::sum, "scales", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", doubles());
        const double factor = t.number("factor", -4, 4);
        t.near(t.value(Fn::sum, t(Fn::mul_scalar, x, factor)), factor * t.value(Fn::sum, x));
    });
    laws.add(Fn::sum, "of-ones-is-numel", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", whole());
        t.near(t.value(Fn::sum, t(Fn::ones, t.shape(x))), static_cast<double>(t.count(Fn::numel, x)));
    });
    laws.add(Fn::sum, "of-parts-is-sum-of-cat", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("a", whole().ndim(1, 3));
        const Value a = t.make(spec), b = t.tensor("b", whole().of(spec.dims));
        t.near(t.value(Fn::sum, t(Fn::cat, std::vector<Value>{a, b}, 0)), t.value(Fn::sum, a) + t.value(Fn::sum, b));
    });
    laws.add(Fn::sum_dim, "order-of-dims-does-not-matter", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", whole().ndim(2, 4));
        t.equal(t(Fn::sum_dim, t(Fn::sum_dim, x, 0, false), 0, false),
                t(Fn::sum_dim, t(Fn::sum_dim, x, 1, false), 0, false));
    });
    laws.add(Fn::sum_dim, "of-stack-is-add", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("a", whole().ndim(0, 3));
        const Value a = t.make(spec), b = t.tensor("b", whole().type(spec.dtype).of(spec.dims));
        t.equal(t(Fn::sum_dim, t(Fn::stack, std::vector<Value>{a, b}, 0), 0, false), t(Fn::add, a, b));
    });
    laws.add(Fn::sum_dim, "is-matmul-with-ones", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", whole().floats().ndim(2, 2));
        t.equal(t(Fn::sum_dim, x, 1, false), t(Fn::matmul, x, t(Fn::ones, Dims{t.shape(x)[1]})));
    });
    laws.add(Fn::mean, "between-min-and-max", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", doubles().nonempty());
        const double mean = t.value(Fn::mean, x);
        t.check(t.value(Fn::min, x) <= mean + 1e-12 && mean <= t.value(Fn::max, x) + 1e-12, "min <= mean <= max");
    });
    return laws;
}

Laws extreme_laws() {
    Laws laws;
    laws.add(Fn::max, "is-minus-min-of-neg", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().nonempty());
        t.near(t.value(Fn::max, x), -t.value(Fn::min, t(Fn::neg, x)), 0, 0);
    });
    laws.add(Fn::max, "is-an-element-no-element-exceeds", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty());
        t.near(t.value(Fn::max, t.make(spec)), *std::max_element(spec.values.begin(), spec.values.end()), 0, 0);
    });
    laws.add(Fn::min, "is-an-element-none-is-below", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty());
        t.near(t.value(Fn::min, t.make(spec)), *std::min_element(spec.values.begin(), spec.values.end()), 0, 0);
    });
    laws.add(Fn::max, "is-max-of-max-dim", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().nonempty());
        const Value x = t.make(spec);
        t.near(t.value(Fn::max, t(Fn::max_dim, x, t.dim("dim", spec.dims.size()), false)), t.value(Fn::max, x), 0, 0);
    });
    laws.add(Fn::min, "is-min-of-min-dim", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().nonempty());
        const Value x = t.make(spec);
        t.near(t.value(Fn::min, t(Fn::min_dim, x, t.dim("dim", spec.dims.size()), false)), t.value(Fn::min, x), 0, 0);
    });
    laws.add(Fn::min_dim, "is-neg-of-max-dim-of-neg", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().nonempty());
        const Value x = t.make(spec);
        const int64_t dim = t.dim("dim", spec.dims.size());
        t.equal(t(Fn::min_dim, x, dim, true), t(Fn::neg, t(Fn::max_dim, t(Fn::neg, x), dim, true)));
    });
    laws.add(Fn::max_dim, "is-gather-at-argmax", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty().ndim(1, 4));
        const Value x = t.make(spec);
        const int64_t dim = t.dim("dim", spec.dims.size());
        t.equal(t(Fn::max_dim, x, dim, true), t(Fn::gather, x, dim, t(Fn::argmax, x, dim, true)));
    });
    laws.add(Fn::min_dim, "is-gather-at-argmin", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty().ndim(1, 4));
        const Value x = t.make(spec);
        const int64_t dim = t.dim("dim", spec.dims.size());
        t.equal(t(Fn::min_dim, x, dim, true), t(Fn::gather, x, dim, t(Fn::argmin, x, dim, true)));
    });
    laws.add(Fn::argmax, "is-the-first-of-equals", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty().ndim(1, 1));
        const auto first = std::max_element(spec.values.begin(), spec.values.end()) - spec.values.begin();
        t.near(t.data(t(Fn::argmax, t.make(spec), 0, false))[0], static_cast<double>(first), 0, 0);
    });
    laws.add(Fn::argmin, "is-the-first-of-equals", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty().ndim(1, 1));
        const auto first = std::min_element(spec.values.begin(), spec.values.end()) - spec.values.begin();
        t.near(t.data(t(Fn::argmin, t.make(spec), 0, false))[0], static_cast<double>(first), 0, 0);
    });
    laws.add(Fn::argmin, "is-argmax-of-neg", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", whole().nonempty());
        const Value x = t.make(spec);
        const int64_t dim = t.dim("dim", spec.dims.size());
        t.equal(t(Fn::argmin, x, dim, false), t(Fn::argmax, t(Fn::neg, x), dim, false));
    });
    laws.add(Fn::max, "nan-propagates", {"V4"}, Needs::values, [](Trial& t) {
        TensorSpec spec = t.spec("x", doubles().nonempty());
        spec.values[static_cast<size_t>(t.integer("at", 0, static_cast<int64_t>(spec.values.size()) - 1))] = NAN;
        const Value x = t.make(spec);
        t.check(std::isnan(t.value(Fn::max, x)) && std::isnan(t.value(Fn::min, x)), "NaN propagates");
        t.same(error_code(t.backend), 0, "a NaN is no error (E5): code");
    });
    return laws;
}

Laws spread_laws() {
    Laws laws;
    laws.add(Fn::var, "is-shift-invariant", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", doubles());
        t.near(t.value(Fn::var, t(Fn::add_scalar, x, t.number("shift", -9, 9))), t.value(Fn::var, x));
    });
    laws.add(Fn::std, "scales", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", doubles());
        const double factor = t.number("factor", -4, 4);
        t.near(t.value(Fn::std, t(Fn::mul_scalar, x, factor)), std::abs(factor) * t.value(Fn::std, x));
    });
    laws.add(Fn::var, "is-unbiased-mean-of-squares", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", doubles());
        const auto count = static_cast<double>(t.count(Fn::numel, x));
        const Value off = t(Fn::add_scalar, x, count > 0 ? -t.value(Fn::mean, x) : 0.0);
        t.near(t.value(Fn::var, x), count < 2 ? std::numeric_limits<double>::quiet_NaN()
                                              : t.value(Fn::sum, t(Fn::mul, off, off)) / (count - 1));
    });
    laws.add(Fn::var, "of-a-constant-is-0", {"V4"}, Needs::values, [](Trial& t) {
        // The mean of float32 elements up to 9 is off by up to 1e-6; its square is what is left.
        t.near(t.value(Fn::var, t(Fn::full, Dims{t.integer("n", 2, 30)}, t.number("value", -9, 9))), 0, 0, 1e-10);
    });
    laws.add(Fn::numel, "is-product-of-shape", {"V4"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.same(t.count(Fn::numel, x), product(t.shape(x)), "numel");
    });
    laws.add(Fn::ndim, "is-length-of-shape", {"V4"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.same(t.count(Fn::ndim, x), static_cast<int64_t>(t.shape(x).size()), "ndim");
    });
    laws.add(Fn::to_data, "has-numel-elements", {"S3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.same(static_cast<int64_t>(t.data(x).size()), t.count(Fn::numel, x), "length");
    });
    return laws;
}

}  // namespace

Laws reduction_laws() {
    Laws laws = sum_laws();
    for (const Laws& more : {extreme_laws(), spread_laws()}) laws.add(more);
    return laws;
}

}  // namespace simple::property

#include <cmath>

#include "property/laws/drawn.h"

namespace simple::property {

namespace {

struct Along {
    TensorSpec spec;
    Value x;
    int64_t dim;
};

Along along(Trial& t, const Want& want) {
    TensorSpec spec = t.spec("x", want);
    const Value x = t.make(spec);
    const int64_t dim = t.dim("dim", spec.dims.size());
    return {spec, x, dim};
}

void shift_invariant(Trial& t, Fn fn) {
    const auto [spec, x, dim] = along(t, modest());
    t.close(t(fn, t(Fn::add_scalar, x, t.number("shift", -20, 20)), dim), t(fn, x, dim), 1e-9, 1e-5);
}

}  // namespace

Laws activation_laws() {
    Laws laws;
    for (Fn fn : {Fn::softmax, Fn::log_softmax}) {
        laws.add(fn, "keeps-shape-and-dtype", {"V4"}, Needs::structure, [=](Trial& t) {
            const auto [spec, x, dim] = along(t, floats());
            const Value got = t(fn, x, dim);
            t.same_dims(t.shape(got), spec.dims);
            t.check(t.dtype(got) == spec.dtype, "the dtype stays");
        });
        laws.add(fn, "dim-from-both-ends", {"V4"}, Needs::values, [=](Trial& t) {
            const auto [spec, x, dim] = along(t, modest().ndim(1, 5));
            const auto count = static_cast<int64_t>(spec.dims.size());
            t.equal(t(fn, x, dim), t(fn, x, dim < 0 ? dim + count : dim - count));
        });
        laws.add(fn, "int64-is-4-and-bad-dim-5", {"E3", "E4", "V2"}, Needs::structure, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", Want().i64());
            const Value x = t.make(spec);
            const auto count = static_cast<int64_t>(std::max<size_t>(spec.dims.size(), 1));
            t.fails(4, fn, {to_arg(x), to_arg(0)});
            t.fails(5, fn, {to_arg(x), to_arg(count)});
            t.fails(5, fn, {to_arg(x), to_arg(-count - 1)});
        });
        laws.add(fn, "shift-invariant", {"V4"}, Needs::values, [=](Trial& t) { shift_invariant(t, fn); });
        laws.add(fn, "follows-transpose", {"V4"}, Needs::values, [=](Trial& t) {
            const Value x = t.tensor("x", modest().ndim(2, 4));
            t.close(t(Fn::transpose, t(fn, x, 0), 0, 1), t(fn, t(Fn::transpose, x, 0, 1), 1));
        });
    }
    laws.add(Fn::relu, "is-idempotent", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t(Fn::relu, t.tensor("x", Want()));
        t.equal(t(Fn::relu, x), x);
    });
    laws.add(Fn::relu, "is-not-negative", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::relu, t.tensor("x", Want())), [](double v) { return !(v < 0); }, "at least 0");
    });
    laws.add(Fn::relu, "keeps-nan", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", floats());
        const std::vector<double> got = t.data(t(Fn::relu, t.make(spec)));
        for (size_t i = 0; i < got.size(); i++)
            t.check(std::isnan(got[i]) == std::isnan(spec.values[i]), "NaN stays NaN, and nothing else becomes it");
    });
    laws.add(Fn::relu, "minus-relu-of-neg-is-x", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().filled(Values::modest));
        t.equal(t(Fn::sub, t(Fn::relu, x), t(Fn::relu, t(Fn::neg, x))), x);
    });
    laws.add(Fn::relu, "plus-relu-of-neg-is-abs", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.equal(t(Fn::add, t(Fn::relu, x), t(Fn::relu, t(Fn::neg, x))), t(Fn::abs, x));
    });
    laws.add(Fn::leaky_relu, "slope-0-is-relu", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.equal(t(Fn::leaky_relu, x, 0.0), t(Fn::relu, x));
    });
    laws.add(Fn::leaky_relu, "slope-1-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::leaky_relu, x, 1.0), x);
    });
    laws.add(Fn::leaky_relu, "slope-minus-1-is-abs", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::leaky_relu, x, -1.0), t(Fn::abs, x));
    });
    laws.add(Fn::leaky_relu, "is-relu-minus-slope-times-relu-of-neg", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        const double slope = t.number("slope", -2, 2);
        t.close(t(Fn::leaky_relu, x, slope),
                t(Fn::sub, t(Fn::relu, x), t(Fn::mul_scalar, t(Fn::relu, t(Fn::neg, x)), slope)));
    });
    laws.add(Fn::leaky_relu, "int64-is-4", {"V2"}, Needs::structure, [](Trial& t) {
        t.fails(4, Fn::leaky_relu, {to_arg(t.tensor("x", Want().i64())), to_arg(0.1)});
    });
    laws.add(Fn::sigmoid, "within-0-and-1", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::sigmoid, t.tensor("x", floats())), [](double v) { return std::isnan(v) || (v >= 0 && v <= 1); },
            "in [0, 1]");
    });
    laws.add(Fn::sigmoid, "of-neg-is-complement", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::sigmoid, t(Fn::neg, x)), t(Fn::add_scalar, t(Fn::neg, t(Fn::sigmoid, x)), 1.0));
    });
    laws.add(Fn::sigmoid, "is-reciprocal-of-1-plus-exp-of-neg", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::sigmoid, x), t(Fn::pow, t(Fn::add_scalar, t(Fn::exp, t(Fn::neg, x)), 1.0), -1.0));
    });
    laws.add(Fn::tanh, "is-odd", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::tanh, t(Fn::neg, x)), t(Fn::neg, t(Fn::tanh, x)));
    });
    laws.add(Fn::tanh, "within-minus-1-and-1", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::tanh, t.tensor("x", floats())), [](double v) { return std::isnan(v) || std::abs(v) <= 1; },
            "in [-1, 1]");
    });
    laws.add(Fn::tanh, "is-2-sigmoid-of-2x-minus-1", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::tanh, x),
                t(Fn::add_scalar, t(Fn::mul_scalar, t(Fn::sigmoid, t(Fn::mul_scalar, x, 2.0)), 2.0), -1.0));
    });
    laws.add(Fn::gelu, "minus-gelu-of-neg-is-x", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::sub, t(Fn::gelu, x), t(Fn::gelu, t(Fn::neg, x))), x);
    });
    laws.add(Fn::gelu, "between-minus-0.17-and-relu", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.all(
            t(Fn::gelu, x), [](double v) { return v >= -0.17; }, "at least -0.17");
        t.all(
            t(Fn::sub, t(Fn::relu, x), t(Fn::gelu, x)), [](double v) { return v >= -1e-5; }, "at least 0");
    });
    laws.add(Fn::gelu, "is-the-erf-form", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", modest());
        const std::vector<double> got = t.data(t(Fn::gelu, t.make(spec)));
        for (size_t i = 0; i < got.size(); i++)
            t.near(got[i], spec.values[i] * 0.5 * std::erfc(-spec.values[i] / std::sqrt(2.0)), 1e-5, 1e-6);
    });
    laws.add(Fn::gelu, "int64-is-4", {"V2"}, Needs::structure,
             [](Trial& t) { t.fails(4, Fn::gelu, {to_arg(t.tensor("x", Want().i64()))}); });
    laws.add(Fn::softmax, "sums-to-1", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest().nonempty());
        for (double sum : t.data(t(Fn::sum_dim, t(Fn::softmax, x, dim), dim, false))) t.near(sum, 1, 1e-5, 1e-5);
    });
    laws.add(Fn::softmax, "within-0-and-1", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest());
        t.all(
            t(Fn::softmax, x, dim), [](double v) { return v >= 0 && v <= 1; }, "in [0, 1]");
    });
    laws.add(Fn::softmax, "is-exp-over-its-sum", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest().ndim(1, 4));
        const Value powers = t(Fn::exp, x);
        t.close(t(Fn::softmax, x, dim), t(Fn::div, powers, t(Fn::sum_dim, powers, dim, true)));
    });
    laws.add(Fn::softmax, "of-two-is-sigmoid", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest().ndim(1, 3));
        const Value two = t(Fn::stack, std::vector<Value>{x, t(Fn::zeros, t.shape(x))}, 0);
        t.close(t(Fn::squeeze_dim, t(Fn::slice, t(Fn::softmax, two, 0), 0, 0, 1, 1), 0), t(Fn::sigmoid, x));
    });
    laws.add(Fn::log_softmax, "is-log-of-softmax", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest());
        t.close(t(Fn::log_softmax, x, dim), t(Fn::log, t(Fn::softmax, x, dim)));
    });
    laws.add(Fn::log_softmax, "exp-is-softmax", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest());
        t.close(t(Fn::exp, t(Fn::log_softmax, x, dim)), t(Fn::softmax, x, dim));
    });
    laws.add(Fn::log_softmax, "is-not-positive", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest());
        t.all(
            t(Fn::log_softmax, x, dim), [](double v) { return v <= 0; }, "at most 0");
    });
    laws.add(Fn::log_softmax, "is-idempotent", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim] = along(t, modest());
        const Value once = t(Fn::log_softmax, x, dim);
        t.close(t(Fn::log_softmax, once, dim), once);
    });
    return laws;
}

}  // namespace simple::property

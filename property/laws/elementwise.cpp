// Laws of the functions that work element by element on one tensor, and of the arithmetic between two of one shape.
#include <cmath>

#include "property/laws/drawn.h"

namespace simple::property {

namespace {

// x <= y elementwise must carry over to f(x) <= f(y).
void keeps_order(Trial& t, Fn fn, Values kind) {
    const auto [a, b] = pair(t, floats().filled(kind));
    const std::vector<double> x = t.data(a), y = t.data(b), fx = t.data(t(fn, a)), fy = t.data(t(fn, b));
    for (size_t i = 0; i < x.size(); i++) {
        const double slack = 1e-6 * std::abs(fx[i]);
        t.check(x[i] > y[i] || fx[i] <= fy[i] + slack, std::to_string(x[i]) + " and " + std::to_string(y[i]) +
                                                           " keep their order in " + std::to_string(fx[i]) + " and " +
                                                           std::to_string(fy[i]));
    }
}

const std::vector<Fn> kUnary = {Fn::neg,  Fn::abs,     Fn::sqrt, Fn::exp, Fn::log,
                                Fn::relu, Fn::sigmoid, Fn::tanh, Fn::gelu};

Laws unary_families() {
    Laws laws;
    for (Fn fn : kUnary) {
        const bool keeps = fn == Fn::neg || fn == Fn::abs || fn == Fn::relu;
        laws.add(fn, "keeps-shape-and-dtype", {"V2"}, Needs::structure, [=](Trial& t) {
            const TensorSpec x = t.spec("x", fn == Fn::gelu ? floats() : Want());
            const Value got = t(fn, t.make(x));
            t.same_dims(t.shape(got), x.dims);
            const DType want = x.dtype == DType::i64 && !keeps ? DType::f32 : x.dtype;
            t.same(static_cast<int64_t>(t.dtype(got)), static_cast<int64_t>(want), "dtype");
        });
        // Vectorized and scalar code may round differently, hence not bit for bit.
        laws.add(fn, "blind-to-layout", {"V4", "H7"}, Needs::values, [=](Trial& t) {
            const Value x = t.tensor("x", floats().filled(Values::modest));
            const Value copy = t(Fn::clone, x);
            t.close(t(fn, x), t(fn, copy));
        });
        laws.add(fn, "commutes-with-reshape", {"V4"}, Needs::values, [=](Trial& t) {
            const Value x = t.tensor("x", floats());
            t.close(t(Fn::flatten, t(fn, x)), t(fn, t(Fn::flatten, x)));
        });
        laws.add(fn, "leaves-its-argument", {"E2", "H7"}, Needs::values, [=](Trial& t) {
            const Value x = t.tensor("x", floats());
            const Value before = t(Fn::clone, x);
            t(fn, x);
            t.equal(x, before);
        });
    }
    for (Fn fn : {Fn::exp, Fn::sigmoid, Fn::tanh, Fn::relu})
        laws.add(fn, "keeps-order", {"V4"}, Needs::values, [=](Trial& t) { keeps_order(t, fn, Values::modest); });
    for (Fn fn : {Fn::sqrt, Fn::log})
        laws.add(fn, "keeps-order", {"V4"}, Needs::values, [=](Trial& t) { keeps_order(t, fn, Values::positive); });
    return laws;
}

Laws binary_laws() {
    Laws laws;
    laws.add(Fn::add, "commutes", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, Want());
        t.equal(t(Fn::add, a, b), t(Fn::add, b, a));
    });
    laws.add(Fn::mul, "commutes", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, Want());
        t.equal(t(Fn::mul, a, b), t(Fn::mul, b, a));
    });
    laws.add(Fn::add, "associates-on-whole-numbers", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, whole());
        t.equal(t(Fn::add, t(Fn::add, a, b), b), t(Fn::add, a, t(Fn::add, b, b)));
    });
    laws.add(Fn::mul, "associates-on-whole-numbers", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, whole());
        t.equal(t(Fn::mul, t(Fn::mul, a, b), b), t(Fn::mul, a, t(Fn::mul, b, b)));
    });
    laws.add(Fn::mul, "distributes-over-add", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, whole());
        t.equal(t(Fn::mul, a, t(Fn::add, a, b)), t(Fn::add, t(Fn::mul, a, a), t(Fn::mul, a, b)));
    });
    laws.add(Fn::add, "zeros-are-neutral", {"V1", "V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::add, x, t(Fn::zeros, t.shape(x))), x);
    });
    laws.add(Fn::mul, "ones-are-neutral", {"V1", "V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::mul, x, t(Fn::ones, t.shape(x))), x);
    });
    laws.add(Fn::mul, "zeros-annihilate", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.all(
            t(Fn::mul, x, t(Fn::zeros, t.shape(x))), [](double v) { return v == 0; }, "0");
    });
    laws.add(Fn::add, "twice-is-mul-scalar-2", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::add, x, x), t(Fn::mul_scalar, x, 2.0));
    });
    laws.add(Fn::sub, "self-is-zero", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", whole());
        t.all(
            t(Fn::sub, x, x), [](double v) { return v == 0; }, "0");
    });
    laws.add(Fn::sub, "is-add-of-neg", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, Want());
        t.equal(t(Fn::sub, a, b), t(Fn::add, a, t(Fn::neg, b)));
    });
    laws.add(Fn::sub, "is-antisymmetric", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, modest());
        t.equal(t(Fn::sub, a, b), t(Fn::neg, t(Fn::sub, b, a)));
    });
    laws.add(Fn::sub, "undoes-add-on-whole-numbers", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, whole());
        t.equal(t(Fn::sub, t(Fn::add, a, b), b), a);
    });
    laws.add(Fn::div, "by-ones-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::div, x, t(Fn::ones, t.shape(x))), x);
    });
    laws.add(Fn::div, "self-is-one", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive));
        t.all(
            t(Fn::div, x, x), [](double v) { return v == 1; }, "1");
    });
    laws.add(Fn::div, "undoes-mul", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, floats().filled(Values::positive));
        t.close(t(Fn::div, t(Fn::mul, a, b), b), a);
    });
    laws.add(Fn::div, "is-mul-by-reciprocal", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, floats().filled(Values::positive));
        t.close(t(Fn::div, a, b), t(Fn::mul, a, t(Fn::pow, b, -1.0)));
    });
    laws.add(Fn::div, "by-zero-is-ieee", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().filled(Values::small));
        const std::vector<double> in = t.data(x), out = t.data(t(Fn::div, x, t(Fn::zeros, t.shape(x))));
        for (size_t i = 0; i < in.size(); i++)
            t.check(in[i] == 0 ? std::isnan(out[i]) : std::isinf(out[i]) && (in[i] > 0) == (out[i] > 0),
                    std::to_string(in[i]) + " / 0 is not " + std::to_string(out[i]));
    });
    return laws;
}

Laws scalar_dtype_laws() {
    Laws laws;
    for (Fn fn : {Fn::pow, Fn::add_scalar, Fn::mul_scalar})
        laws.add(fn, "raises-int64-to-float32", {"V1", "V2"}, Needs::structure, [=](Trial& t) {
            const TensorSpec x = t.spec("x", Want());
            const Value got = t(fn, t.make(x), t.number("scalar", -3, 3));
            t.same_dims(t.shape(got), x.dims);
            const DType want = x.dtype == DType::i64 ? DType::f32 : x.dtype;
            t.same(static_cast<int64_t>(t.dtype(got)), static_cast<int64_t>(want), "dtype");
        });
    return laws;
}

}  // namespace

Laws elementwise_laws() {
    Laws laws = unary_families();
    for (const Laws& more : {binary_laws(), scalar_dtype_laws()}) laws.add(more);
    return laws;
}

}  // namespace simple::property

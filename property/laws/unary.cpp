// Laws that tie the elementwise functions of one tensor to each other.
#include <cmath>

#include "property/laws/drawn.h"

namespace simple::property {

namespace {}  // namespace

Laws unary_laws() {
    return {
        {Fn::neg,
         "is-an-involution",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want());
             t.equal(t(Fn::neg, t(Fn::neg, x)), x);
         }},
        {Fn::neg,
         "is-mul-scalar-minus-1",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats());
             t.equal(t(Fn::neg, x), t(Fn::mul_scalar, x, -1.0));
         }},
        {Fn::neg,
         "is-zeros-minus-x",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats());
             t.equal(t(Fn::neg, x), t(Fn::sub, t(Fn::zeros, t.shape(x)), x));
         }},
        {Fn::abs,
         "is-idempotent",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t(Fn::abs, t.tensor("x", Want()));
             t.equal(t(Fn::abs, x), x);
         }},
        {Fn::abs,
         "is-even",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want());
             t.equal(t(Fn::abs, t(Fn::neg, x)), t(Fn::abs, x));
         }},
        {Fn::abs,
         "is-not-negative",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             t.all(
                 t(Fn::abs, t.tensor("x", Want())), [](double v) { return !(v < 0); }, "at least 0");
         }},
        {Fn::abs,
         "of-product-is-product-of-abs",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const auto [a, b] = pair(t, floats());
             t.equal(t(Fn::abs, t(Fn::mul, a, b)), t(Fn::mul, t(Fn::abs, a), t(Fn::abs, b)));
         }},
        {Fn::abs,
         "obeys-the-triangle-inequality",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const auto [a, b] = pair(t, whole());
             t.all(
                 t(Fn::sub, t(Fn::add, t(Fn::abs, a), t(Fn::abs, b)), t(Fn::abs, t(Fn::add, a, b))),
                 [](double v) { return v >= 0; }, "at least 0");
         }},
        {Fn::sqrt,
         "of-square-is-abs",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.close(t(Fn::sqrt, t(Fn::mul, x, x)), t(Fn::abs, x));
         }},
        {Fn::sqrt,
         "squares-back",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::positive)), root = t(Fn::sqrt, x);
             t.close(t(Fn::mul, root, root), x);
         }},
        {Fn::sqrt,
         "is-nan-below-zero",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t(Fn::neg, t.tensor("x", floats().filled(Values::positive)));
             t.all(
                 t(Fn::sqrt, x), [](double v) { return std::isnan(v); }, "NaN");
         }},
        {Fn::exp,
         "is-not-negative",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             t.all(
                 t(Fn::exp, t.tensor("x", floats())), [](double v) { return !(v < 0); }, "at least 0");
         }},
        {Fn::exp,
         "of-sum-is-product",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const auto [a, b] = pair(t, modest());
             t.close(t(Fn::exp, t(Fn::add, a, b)), t(Fn::mul, t(Fn::exp, a), t(Fn::exp, b)));
         }},
        {Fn::exp,
         "of-neg-is-reciprocal",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.close(t(Fn::exp, t(Fn::neg, x)), t(Fn::pow, t(Fn::exp, x), -1.0));
         }},
        {Fn::exp,
         "is-above-1-plus-x",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.all(
                 t(Fn::sub, t(Fn::exp, x), t(Fn::add_scalar, x, 1.0)), [](double v) { return v >= -1e-5; },
                 "at least 0");
         }},
        {Fn::log,
         "undoes-exp",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.close(t(Fn::log, t(Fn::exp, x)), x);
         }},
        {Fn::exp,
         "undoes-log",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::positive));
             t.close(t(Fn::exp, t(Fn::log, x)), x);
         }},
        {Fn::log,
         "of-product-is-sum",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const auto [a, b] = pair(t, floats().filled(Values::positive));
             t.close(t(Fn::log, t(Fn::mul, a, b)), t(Fn::add, t(Fn::log, a), t(Fn::log, b)));
         }},
        {Fn::log,
         "of-power-is-multiple",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::positive));
             const double exponent = t.number("exponent", -3, 3);
             t.close(t(Fn::log, t(Fn::pow, x, exponent)), t(Fn::mul_scalar, t(Fn::log, x), exponent), 1e-9, 3e-5);
         }},
        {Fn::log,
         "is-nan-below-zero",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t(Fn::neg, t.tensor("x", floats().filled(Values::positive)));
             t.all(
                 t(Fn::log, x), [](double v) { return std::isnan(v); }, "NaN");
         }},
        {Fn::pow,
         "zero-is-one",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             t.all(
                 t(Fn::pow, t.tensor("x", floats()), 0.0), [](double v) { return v == 1; }, "1");
         }},
        {Fn::pow,
         "one-is-identity",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats());
             t.equal(t(Fn::pow, x, 1.0), x);
         }},
        {Fn::pow,
         "two-is-the-square",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.close(t(Fn::pow, x, 2.0), t(Fn::mul, x, x));
         }},
        {Fn::pow,
         "half-is-sqrt",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::positive));
             t.close(t(Fn::pow, x, 0.5), t(Fn::sqrt, x));
         }},
        {Fn::pow,
         "exponents-add",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::positive));
             const double a = t.number("a", -2, 2), b = t.number("b", -2, 2);
             t.close(t(Fn::mul, t(Fn::pow, x, a), t(Fn::pow, x, b)), t(Fn::pow, x, a + b));
         }},
        {Fn::pow,
         "is-exp-of-multiple-of-log",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::positive));
             const double exponent = t.number("exponent", -3, 3);
             t.close(t(Fn::pow, x, exponent), t(Fn::exp, t(Fn::mul_scalar, t(Fn::log, x), exponent)));
         }},
        {Fn::add_scalar,
         "is-add-of-full",
         {"V1", "V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::small));
             const auto scalar = static_cast<double>(t.integer("scalar", -9, 9));
             t.equal(t(Fn::add_scalar, x, scalar), t(Fn::add, x, t(Fn::full, t.shape(x), scalar)));
         }},
        {Fn::add_scalar,
         "zero-is-neutral",
         {"V1"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats());
             t.equal(t(Fn::add_scalar, x, 0.0), x);
         }},
        {Fn::add_scalar,
         "steps-add-up",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             const double a = t.number("a", -9, 9), b = t.number("b", -9, 9);
             t.close(t(Fn::add_scalar, t(Fn::add_scalar, x, a), b), t(Fn::add_scalar, x, a + b));
         }},
        {Fn::mul_scalar,
         "is-mul-of-full",
         {"V1", "V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats().filled(Values::small));
             const auto scalar = static_cast<double>(t.integer("scalar", -9, 9));
             t.equal(t(Fn::mul_scalar, x, scalar), t(Fn::mul, x, t(Fn::full, t.shape(x), scalar)));
         }},
        {Fn::mul_scalar,
         "one-is-neutral",
         {"V1"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", floats());
             t.equal(t(Fn::mul_scalar, x, 1.0), x);
         }},
        {Fn::mul_scalar,
         "factors-multiply",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             const double a = t.number("a", -9, 9), b = t.number("b", -9, 9);
             t.close(t(Fn::mul_scalar, t(Fn::mul_scalar, x, a), b), t(Fn::mul_scalar, x, a * b), 1e-9, 1e-4);
         }},
    };
}

}  // namespace simple::property

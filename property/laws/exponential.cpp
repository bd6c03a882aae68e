// Laws of exp and log.
#include <cmath>

#include "property/laws/drawn.h"

namespace simple::property {

Laws exponential_laws() {
    Laws laws;
    laws.add(Fn::exp, "is-not-negative", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::exp, t.tensor("x", floats())), [](double v) { return !(v < 0); }, "at least 0");
    });
    laws.add(Fn::exp, "of-sum-is-product", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, modest());
        t.close(t(Fn::exp, t(Fn::add, a, b)), t(Fn::mul, t(Fn::exp, a), t(Fn::exp, b)));
    });
    laws.add(Fn::exp, "of-neg-is-reciprocal", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::exp, t(Fn::neg, x)), t(Fn::pow, t(Fn::exp, x), -1.0));
    });
    laws.add(Fn::exp, "is-above-1-plus-x", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.all(
            t(Fn::sub, t(Fn::exp, x), t(Fn::add_scalar, x, 1.0)), [](double v) { return v >= -1e-5; }, "at least 0");
    });
    laws.add(Fn::log, "undoes-exp", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::log, t(Fn::exp, x)), x);
    });
    laws.add(Fn::exp, "undoes-log", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive));
        t.close(t(Fn::exp, t(Fn::log, x)), x);
    });
    laws.add(Fn::log, "of-product-is-sum", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, floats().filled(Values::positive));
        t.close(t(Fn::log, t(Fn::mul, a, b)), t(Fn::add, t(Fn::log, a), t(Fn::log, b)));
    });
    laws.add(Fn::log, "of-power-is-multiple", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive));
        const double exponent = t.number("exponent", -3, 3);
        t.close(t(Fn::log, t(Fn::pow, x, exponent)), t(Fn::mul_scalar, t(Fn::log, x), exponent), 1e-9, 3e-5);
    });
    laws.add(Fn::log, "is-nan-below-zero", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t(Fn::neg, t.tensor("x", floats().filled(Values::positive)));
        t.all(
            t(Fn::log, x), [](double v) { return std::isnan(v); }, "NaN");
    });
    return laws;
}

}  // namespace simple::property

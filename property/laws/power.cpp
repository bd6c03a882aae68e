// Laws of pow and sqrt.
#include <cmath>

#include "property/laws/drawn.h"

namespace simple::property {

Laws power_laws() {
    Laws laws;
    laws.add(Fn::sqrt, "of-square-is-abs", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::sqrt, t(Fn::mul, x, x)), t(Fn::abs, x));
    });
    laws.add(Fn::sqrt, "squares-back", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive)), root = t(Fn::sqrt, x);
        t.close(t(Fn::mul, root, root), x);
    });
    laws.add(Fn::sqrt, "is-nan-below-zero", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t(Fn::neg, t.tensor("x", floats().filled(Values::positive)));
        t.all(
            t(Fn::sqrt, x), [](double v) { return std::isnan(v); }, "NaN");
    });
    laws.add(Fn::pow, "zero-is-one", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::pow, t.tensor("x", floats()), 0.0), [](double v) { return v == 1; }, "1");
    });
    laws.add(Fn::pow, "one-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::pow, x, 1.0), x);
    });
    laws.add(Fn::pow, "two-is-the-square", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        t.close(t(Fn::pow, x, 2.0), t(Fn::mul, x, x));
    });
    laws.add(Fn::pow, "half-is-sqrt", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive));
        t.close(t(Fn::pow, x, 0.5), t(Fn::sqrt, x));
    });
    laws.add(Fn::pow, "exponents-add", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive));
        const double a = t.number("a", -2, 2), b = t.number("b", -2, 2);
        t.close(t(Fn::mul, t(Fn::pow, x, a), t(Fn::pow, x, b)), t(Fn::pow, x, a + b));
    });
    laws.add(Fn::pow, "is-exp-of-multiple-of-log", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::positive));
        const double exponent = t.number("exponent", -3, 3);
        t.close(t(Fn::pow, x, exponent), t(Fn::exp, t(Fn::mul_scalar, t(Fn::log, x), exponent)));
    });
    return laws;
}

}  // namespace simple::property

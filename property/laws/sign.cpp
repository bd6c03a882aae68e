// Laws of neg and abs.
#include "property/laws/drawn.h"

namespace simple::property {

Laws sign_laws() {
    Laws laws;
    laws.add(Fn::neg, "is-an-involution", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.equal(t(Fn::neg, t(Fn::neg, x)), x);
    });
    laws.add(Fn::neg, "is-mul-scalar-minus-1", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::neg, x), t(Fn::mul_scalar, x, -1.0));
    });
    laws.add(Fn::neg, "is-zeros-minus-x", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::neg, x), t(Fn::sub, t(Fn::zeros, t.shape(x)), x));
    });
    laws.add(Fn::abs, "is-idempotent", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t(Fn::abs, t.tensor("x", Want()));
        t.equal(t(Fn::abs, x), x);
    });
    laws.add(Fn::abs, "is-even", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.equal(t(Fn::abs, t(Fn::neg, x)), t(Fn::abs, x));
    });
    laws.add(Fn::abs, "is-not-negative", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::abs, t.tensor("x", Want())), [](double v) { return !(v < 0); }, "at least 0");
    });
    laws.add(Fn::abs, "of-product-is-product-of-abs", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, floats());
        t.equal(t(Fn::abs, t(Fn::mul, a, b)), t(Fn::mul, t(Fn::abs, a), t(Fn::abs, b)));
    });
    laws.add(Fn::abs, "obeys-the-triangle-inequality", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = pair(t, whole());
        t.all(
            t(Fn::sub, t(Fn::add, t(Fn::abs, a), t(Fn::abs, b)), t(Fn::abs, t(Fn::add, a, b))),
            [](double v) { return v >= 0; }, "at least 0");
    });
    return laws;
}

}  // namespace simple::property

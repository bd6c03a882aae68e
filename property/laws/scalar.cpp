// Laws of add_scalar and mul_scalar.
#include "property/laws/drawn.h"

namespace simple::property {

Laws scalar_laws() {
    Laws laws;
    laws.add(Fn::add_scalar, "is-add-of-full", {"V1", "V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::small));
        const auto scalar = static_cast<double>(t.integer("scalar", -9, 9));
        t.equal(t(Fn::add_scalar, x, scalar), t(Fn::add, x, t(Fn::full, t.shape(x), scalar)));
    });
    laws.add(Fn::add_scalar, "zero-is-neutral", {"V1"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::add_scalar, x, 0.0), x);
    });
    laws.add(Fn::add_scalar, "steps-add-up", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        const double a = t.number("a", -9, 9), b = t.number("b", -9, 9);
        t.close(t(Fn::add_scalar, t(Fn::add_scalar, x, a), b), t(Fn::add_scalar, x, a + b));
    });
    laws.add(Fn::mul_scalar, "is-mul-of-full", {"V1", "V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats().filled(Values::small));
        const auto scalar = static_cast<double>(t.integer("scalar", -9, 9));
        t.equal(t(Fn::mul_scalar, x, scalar), t(Fn::mul, x, t(Fn::full, t.shape(x), scalar)));
    });
    laws.add(Fn::mul_scalar, "one-is-neutral", {"V1"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", floats());
        t.equal(t(Fn::mul_scalar, x, 1.0), x);
    });
    laws.add(Fn::mul_scalar, "factors-multiply", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", modest());
        const double a = t.number("a", -9, 9), b = t.number("b", -9, 9);
        t.close(t(Fn::mul_scalar, t(Fn::mul_scalar, x, a), b), t(Fn::mul_scalar, x, a * b), 1e-9, 1e-4);
    });
    return laws;
}

}  // namespace simple::property

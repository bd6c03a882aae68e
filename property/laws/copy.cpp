// Laws of what gives the same elements again: contiguous, clone, cpu and the conversions.
#include "ci/testkit/device.h"
#include "property/laws/law.h"

namespace simple::property {

Laws copy_laws() {
    Laws laws;
    laws.add(Fn::contiguous, "changes-no-element", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec), flat = t(Fn::contiguous, x);
        t.equal(flat, x);
        t.equal(t(Fn::view, flat, Dims{product(spec.dims)}), t(Fn::flatten, x));
    });
    laws.add(Fn::contiguous, "can-be-viewed", {"H7"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value flat = t(Fn::view, t(Fn::contiguous, t.make(spec)), Dims{product(spec.dims)});
        t.same_dims(t.shape(flat), {product(spec.dims)});
    });
    laws.add(Fn::clone, "changes-no-element", {"V4", "H7"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value copy = t(Fn::clone, t.make(spec));
        const std::vector<double> got = t.data(copy);
        for (size_t i = 0; i < got.size(); i++) t.near(got[i], spec.values[i], 0, 0);
        t(Fn::view, copy, Dims{product(spec.dims)});
    });
    laws.add(Fn::to_int, "cuts-towards-zero", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().floats().filled(Values::modest));
        const std::vector<double> got = t.data(t(Fn::to_int, t.make(spec)));
        for (size_t i = 0; i < got.size(); i++)
            t.near(got[i], static_cast<double>(static_cast<int64_t>(spec.values[i])), 0, 0);
    });
    laws.add(Fn::to_float, "and-back-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().type(DType::f32)), n = t.tensor("n", Want().i64());
        t.equal(t(Fn::to_float32, t(Fn::to_float, x)), x);
        t.equal(t(Fn::to_int, t(Fn::to_float, n)), n);
    });
    laws.add(Fn::to_float32, "rounds-to-float32", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().f64().filled(Values::modest));
        const std::vector<double> got = t.data(t(Fn::to_float32, t.make(spec)));
        for (size_t i = 0; i < got.size(); i++)
            t.near(got[i], static_cast<double>(static_cast<float>(spec.values[i])), 0, 0);
    });
    for (Fn fn : {Fn::to_float, Fn::to_float32, Fn::to_int, Fn::contiguous, Fn::clone, Fn::cpu})
        laws.add(fn, "keeps-the-shape", {"V4"}, Needs::structure, [=](Trial& t) {
            // to_int takes what int64 holds.
            const TensorSpec spec = t.spec("x", fn == Fn::to_int ? Want().filled(Values::modest) : Want());
            const Value got = t(fn, t.make(spec));
            t.same_dims(t.shape(got), spec.dims);
            const DType want = fn == Fn::to_float     ? DType::f64
                               : fn == Fn::to_float32 ? DType::f32
                               : fn == Fn::to_int     ? DType::i64
                                                      : spec.dtype;
            t.check(t.dtype(got) == want, "the dtype asked for");
            t.same(t.count(Fn::device, got), fn == Fn::cpu ? -1 : suite_device(), "device");
        });
    return laws;
}

}  // namespace simple::property

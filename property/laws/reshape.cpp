// Laws of reshape, view and flatten.
#include "property/laws/law.h"

namespace simple::property {

namespace {

// New dims for the same number of elements: the old ones split, merged and turned, with ones put in.
Dims regrouped(Trial& t, const Dims& dims) {
    Dims result = dims;
    const Dims order = t.permutation("order", result.size());
    for (size_t i = 0; i < order.size(); i++) result[i] = dims[static_cast<size_t>(order[i])];
    if (result.size() > 1 && t.flag("merge")) {
        result[1] *= result[0];
        result.erase(result.begin());
    }
    if (t.flag("one")) result.insert(result.begin(), 1);
    return result;
}

}  // namespace

Laws reshape_laws() {
    Laws laws;
    laws.add(Fn::reshape, "there-and-back", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        t.equal(t(Fn::reshape, t(Fn::reshape, x, regrouped(t, spec.dims)), spec.dims), x);
    });
    laws.add(Fn::reshape, "has-the-dims", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Dims dims = regrouped(t, spec.dims);
        const Value got = t(Fn::reshape, t.make(spec), dims);
        t.same_dims(t.shape(got), dims);
        t.check(t.dtype(got) == spec.dtype, "the dtype stays");
    });
    laws.add(Fn::reshape, "minus-1-is-what-is-left", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().nonempty());
        const Dims want = regrouped(t, spec.dims);
        if (want.empty()) return;
        Dims dims = want;
        dims[static_cast<size_t>(t.integer("at", 0, static_cast<int64_t>(dims.size()) - 1))] = -1;
        t.same_dims(t.shape(t(Fn::reshape, t.make(spec), dims)), want);
    });
    laws.add(Fn::reshape, "other-count-is-3", {"E3"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        t.fails(3, Fn::reshape, {to_arg(t.make(spec)), to_arg(Dims{product(spec.dims) + t.integer("more", 1, 5)})});
    });
    laws.add(Fn::reshape, "two-minus-1-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.fails(2, Fn::reshape, {to_arg(x), to_arg(Dims{-1, -1})});
        t.fails(2, Fn::reshape, {to_arg(x), to_arg(Dims{t.integer("size", -9, -2)})});
    });
    laws.add(Fn::reshape, "keeps-row-major-order", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const std::vector<double> got = t.data(t(Fn::reshape, t.make(spec), regrouped(t, spec.dims)));
        for (size_t i = 0; i < got.size(); i++) t.near(got[i], spec.values[i], 0, 0);
    });
    laws.add(Fn::view, "is-reshape-of-contiguous", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t(Fn::clone, t.make(spec));
        const Dims dims = regrouped(t, spec.dims);
        t.equal(t(Fn::view, x, dims), t(Fn::reshape, x, dims));
    });
    laws.add(Fn::view, "across-strides-is-3", {"E3", "H7"}, Needs::structure, [](Trial& t) {
        const int64_t n = t.integer("n", 2, 5), m = t.integer("m", 2, 5);
        const Value x = t(Fn::t, t(Fn::zeros, Dims{n, m}));
        t.fails(3, Fn::view, {to_arg(x), to_arg(Dims{n * m})});
        t.same_dims(t.shape(t(Fn::reshape, x, Dims{n * m})), {n * m});
    });
    laws.add(Fn::view, "of-own-shape-always-works", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        t.equal(t(Fn::view, x, spec.dims), x);
    });
    laws.add(Fn::flatten, "is-reshape-minus-1", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        t.equal(t(Fn::flatten, x), t(Fn::reshape, x, Dims{product(spec.dims)}));
    });
    laws.add(Fn::flatten, "is-idempotent", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t(Fn::flatten, t.tensor("x", Want()));
        t.equal(t(Fn::flatten, x), x);
    });
    return laws;
}

}  // namespace simple::property

// Laws of permute, transpose and t.
#include <numeric>
#include <utility>

#include "property/laws/law.h"

namespace simple::property {

namespace {

Dims inverse_of(const Dims& order) {
    Dims back(order.size());
    for (size_t i = 0; i < order.size(); i++) back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    return back;
}

}  // namespace

Laws permute_laws() {
    Laws laws;
    laws.add(Fn::permute, "undone-by-inverse", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        const Dims order = t.permutation("order", spec.dims.size());
        t.equal(t(Fn::permute, t(Fn::permute, x, order), inverse_of(order)), x);
    });
    laws.add(Fn::permute, "turns-the-shape", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Dims order = t.permutation("order", spec.dims.size());
        Dims want;
        for (int64_t from : order) want.push_back(spec.dims[static_cast<size_t>(from)]);
        t.same_dims(t.shape(t(Fn::permute, t.make(spec), order)), want);
    });
    laws.add(Fn::permute, "negative-dims-count-from-the-end", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(1, 4));
        const Value x = t.make(spec);
        const Dims order = t.permutation("order", spec.dims.size());
        Dims negative = order;
        for (int64_t& dim : negative) dim -= static_cast<int64_t>(order.size());
        t.equal(t(Fn::permute, x, negative), t(Fn::permute, x, order));
    });
    laws.add(Fn::permute, "repeat-or-wrong-length-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(2, 4));
        const Value x = t.make(spec);
        Dims order = t.permutation("order", spec.dims.size());
        order[0] = order[1];
        t.fails(2, Fn::permute, {to_arg(x), to_arg(order)});
        order.pop_back();
        t.fails(2, Fn::permute, {to_arg(x), to_arg(order)});
    });
    laws.add(Fn::transpose, "is-an-involution", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        const int64_t a = t.dim("dim0", spec.dims.size()), b = t.dim("dim1", spec.dims.size());
        t.equal(t(Fn::transpose, t(Fn::transpose, x, a, b), a, b), x);
    });
    laws.add(Fn::transpose, "is-symmetric-in-its-dims", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        const int64_t a = t.dim("dim0", spec.dims.size()), b = t.dim("dim1", spec.dims.size());
        t.equal(t(Fn::transpose, x, a, b), t(Fn::transpose, x, b, a));
    });
    laws.add(Fn::transpose, "is-permute-of-a-swap", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(1, 5));
        const auto last = static_cast<int64_t>(spec.dims.size()) - 1;
        const int64_t a = t.integer("dim0", 0, last), b = t.integer("dim1", 0, last);
        Dims order(spec.dims.size());
        std::iota(order.begin(), order.end(), 0);
        std::swap(order[static_cast<size_t>(a)], order[static_cast<size_t>(b)]);
        const Value x = t.make(spec);
        t.equal(t(Fn::transpose, x, a, b), t(Fn::permute, x, order));
    });
    laws.add(Fn::t, "is-transpose-of-2-d", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().ndim(2, 2));
        t.equal(t(Fn::t, x), t(Fn::transpose, x, 0, 1));
    });
    laws.add(Fn::t, "leaves-up-to-1-d", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().ndim(0, 1));
        t.equal(t(Fn::t, x), x);
    });
    laws.add(Fn::t, "of-3-d-is-3", {"E3"}, Needs::structure,
             [](Trial& t) { t.fails(3, Fn::t, {to_arg(t.tensor("x", Want().ndim(3, 5)))}); });
    return laws;
}

}  // namespace simple::property

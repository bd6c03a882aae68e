// Laws of broadcasting and promotion, which the four binary operators share.
#include <algorithm>

#include "property/laws/law.h"

namespace simple::property {

namespace {

// Higher of two dtypes in the contract's order int64 < float32 < float64.
DType higher(DType a, DType b) {
    if (a == DType::f64 || b == DType::f64) return DType::f64;
    return a == DType::f32 || b == DType::f32 ? DType::f32 : DType::i64;
}

}  // namespace

Laws broadcast_laws() {
    Laws laws;
    for (Fn fn : {Fn::add, Fn::sub, Fn::mul, Fn::div}) {
        laws.add(fn, "broadcasts", {"V4"}, Needs::structure, [=](Trial& t) {
            const TensorSpec a = t.spec("a", Want());
            const TensorSpec b = t.spec("b", Want().of(t.partner("dims", a.dims)));
            t.same_dims(t.shape(t(fn, t.make(a), t.make(b))), broadcast(a.dims, b.dims));
        });
        laws.add(fn, "promotes", {"V1", "V2"}, Needs::structure, [=](Trial& t) {
            const TensorSpec a = t.spec("a", Want());
            const TensorSpec b = t.spec("b", Want().of(t.partner("dims", a.dims)));
            DType want = higher(a.dtype, b.dtype);
            if (fn == Fn::div && want == DType::i64) want = DType::f32;
            t.same(static_cast<int64_t>(t.dtype(t(fn, t.make(a), t.make(b)))), static_cast<int64_t>(want), "dtype");
        });
        laws.add(fn, "sizes-that-do-not-fit-are-3", {"E3", "E4"}, Needs::structure, [=](Trial& t) {
            Dims dims = t.spec("dims", Want().f64().ndim(1, 4)).dims;
            const auto at = static_cast<size_t>(t.integer("at", 0, static_cast<int64_t>(dims.size()) - 1));
            dims[at] = 3;
            const Value a = t.tensor("a", Want().of(dims));
            dims[at] = 2;
            const Value b = t.tensor("b", Want().of(dims));
            t.fails(3, fn, {to_arg(a), to_arg(b)});
            t.fails(3, fn, {to_arg(b), to_arg(a)});
        });
        laws.add(fn, "repeats-the-smaller-operand", {"V4"}, Needs::values, [=](Trial& t) {
            const TensorSpec row = t.spec("row", Want().ndim(1, 3).filled(Values::small));
            const Value a = t.make(row);
            const int64_t copies = t.integer("copies", 1, 4);
            const Value many = t(Fn::stack, std::vector<Value>(static_cast<size_t>(copies), a), 0);
            const Value b = t.tensor("b", Want().type(row.dtype).of(t.shape(many)).filled(Values::positive));
            t.equal(t(fn, a, b), t(fn, many, b));
        });
        laws.add(fn, "rounds-once-after-promotion", {"V1"}, Needs::values, [=](Trial& t) {
            const TensorSpec narrow = t.spec("narrow", Want().type(DType::f32).filled(Values::positive));
            const Value a = t.make(narrow);
            const Value b = t.tensor("wide", Want().f64().of(narrow.dims).filled(Values::positive));
            t.equal(t(fn, a, b), t(fn, t(Fn::to_float, a), b));
        });
        laws.add(fn, "leaves-its-arguments", {"E2"}, Needs::values, [=](Trial& t) {
            const TensorSpec spec = t.spec("a", Want());
            const Value a = t.make(spec), b = t.tensor("b", Want().of(spec.dims));
            const Value a_before = t(Fn::clone, a), b_before = t(Fn::clone, b);
            t(fn, a, b);
            t.equal(a, a_before);
            t.equal(b, b_before);
        });
    }
    return laws;
}

}  // namespace simple::property

#include <cmath>

#include "property/laws/law.h"

namespace simple::property {

namespace {

Want small() { return Want().filled(Values::small); }
Want matrix(DType dtype, int64_t rows, int64_t columns, Values kind = Values::small) {
    return Want().type(dtype).of({rows, columns}).filled(kind);
}

// Three matrices that multiply in a row, of one dtype.
struct Chain {
    Value a, b, c;
    int64_t n, m, k, l;
    DType dtype;
};

Chain chain(Trial& t, bool exact) {
    const int64_t n = t.integer("n", 0, 4), m = t.integer("m", 0, 4), k = t.integer("k", 0, 4),
                  l = t.integer("l", 0, 4);
    const DType dtype = exact ? static_cast<DType>(t.integer("dtype", 1, 3)) : DType::f64;
    const Values kind = exact ? Values::small : Values::modest;
    return {t.tensor("a", matrix(dtype, n, m, kind)),
            t.tensor("b", matrix(dtype, m, k, kind)),
            t.tensor("c", matrix(dtype, k, l, kind)),
            n,
            m,
            k,
            l,
            dtype};
}

Value cell(Trial& t, const Value& x, int64_t dim, int64_t at) {
    return t(Fn::squeeze_dim, t(Fn::slice, x, dim, at, at + 1, 1), dim);
}

Laws matmul_laws() {
    Laws laws;
    laws.add(Fn::matmul, "is-n-by-k", {"V4", "V2"}, Needs::structure, [](Trial& t) {
        const Chain m = chain(t, true);
        const Value got = t(Fn::matmul, m.a, m.b);
        t.same_dims(t.shape(got), {m.n, m.k});
        t.check(t.dtype(got) == m.dtype, "the dtype stays");
    });
    laws.add(Fn::matmul, "inner-sizes-must-agree", {"E3"}, Needs::structure, [](Trial& t) {
        const int64_t m = t.integer("m", 0, 4);
        const Value a = t.tensor("a", matrix(DType::f32, 2, m)), b = t.tensor("b", matrix(DType::f32, m + 1, 3));
        t.fails(3, Fn::matmul, {to_arg(a), to_arg(b)});
    });
    laws.add(Fn::matmul, "of-0-d-is-3", {"E3"}, Needs::structure, [](Trial& t) {
        const Value a = t.tensor("a", small().of({})), b = t.tensor("b", small().ndim(1, 3));
        t.fails(3, Fn::matmul, {to_arg(a), to_arg(b)});
        t.fails(3, Fn::matmul, {to_arg(b), to_arg(a)});
    });
    laws.add(Fn::matmul, "promotes", {"V1"}, Needs::structure, [](Trial& t) {
        const Value a = t.tensor("a", Want().of({2, 3})), b = t.tensor("b", Want().of({3, 2}));
        const Value sum = t(Fn::add, a, t(Fn::t, b));
        t.check(t.dtype(t(Fn::matmul, a, b)) == t.dtype(sum), "promoted as add promotes");
    });
    laws.add(Fn::matmul, "eye-is-neutral", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().floats().ndim(2, 2).filled(Values::modest));
        const Dims dims = t.shape(x);
        t.close(t(Fn::matmul, t(Fn::eye, dims[0]), x), x);
        t.close(t(Fn::matmul, x, t(Fn::eye, dims[1])), x);
    });
    laws.add(Fn::matmul, "associates", {"V4"}, Needs::values, [](Trial& t) {
        const Chain m = chain(t, false);
        t.close(t(Fn::matmul, t(Fn::matmul, m.a, m.b), m.c), t(Fn::matmul, m.a, t(Fn::matmul, m.b, m.c)));
    });
    laws.add(Fn::matmul, "transpose-of-product", {"V4"}, Needs::values, [](Trial& t) {
        const Chain m = chain(t, true);
        t.equal(t(Fn::t, t(Fn::matmul, m.a, m.b)), t(Fn::matmul, t(Fn::t, m.b), t(Fn::t, m.a)));
    });
    laws.add(Fn::matmul, "distributes-over-add", {"V4"}, Needs::values, [](Trial& t) {
        const Chain m = chain(t, true);
        const Value other = t.tensor("other", matrix(m.dtype, m.m, m.k));
        t.equal(t(Fn::matmul, m.a, t(Fn::add, m.b, other)),
                t(Fn::add, t(Fn::matmul, m.a, m.b), t(Fn::matmul, m.a, other)));
    });
    laws.add(Fn::matmul, "is-sum-of-broadcast-products", {"V4"}, Needs::values, [](Trial& t) {
        const Chain m = chain(t, true);
        const Value products = t(Fn::mul, t(Fn::unsqueeze, m.a, 2), t(Fn::unsqueeze, m.b, 0));
        t.equal(t(Fn::matmul, m.a, m.b), t(Fn::sum_dim, products, 1, false));
    });
    laws.add(Fn::matmul, "batch-is-product-of-each", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t batch = t.integer("batch", 1, 3);
        const Value a = t.tensor("a", small().f64().of({batch, 2, 3})), b = t.tensor("b", small().f64().of({3, 2}));
        const Value all = t(Fn::matmul, a, b);
        for (int64_t i = 0; i < batch; i++) t.equal(cell(t, all, 0, i), t(Fn::matmul, cell(t, a, 0, i), b));
    });
    laws.add(Fn::matmul, "vector-is-one-row", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("n", 0, 5);
        const Value row = t.tensor("row", small().f64().of({n})), m = t.tensor("m", matrix(DType::f64, n, 3));
        t.equal(t(Fn::matmul, row, m), t(Fn::squeeze_dim, t(Fn::matmul, t(Fn::unsqueeze, row, 0), m), 0));
        t.equal(t(Fn::matmul, t(Fn::t, m), row), t(Fn::matmul, row, m));
    });
    laws.add(Fn::matmul, "blind-to-layout", {"V4", "H7"}, Needs::values, [](Trial& t) {
        const Chain m = chain(t, true);
        t.equal(t(Fn::matmul, m.a, m.b), t(Fn::matmul, t(Fn::clone, m.a), t(Fn::clone, m.b)));
    });
    laws.add(Fn::dot, "commutes", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec a = t.spec("a", small().ndim(1, 1));
        const Value x = t.make(a), y = t.tensor("b", small().of(a.dims));
        t.equal(t(Fn::dot, x, y), t(Fn::dot, y, x));
    });
    laws.add(Fn::dot, "is-sum-of-product", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec a = t.spec("a", small().ndim(1, 1));
        const Value x = t.make(a), y = t.tensor("b", small().of(a.dims));
        t.equal(t(Fn::dot, x, y), t(Fn::sum_dim, t(Fn::mul, x, y), 0, false));
    });
    laws.add(Fn::dot, "with-itself-is-norm-squared", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", small().floats().ndim(1, 1));
        const double norm = t.value(Fn::norm, x);
        t.near(t.data(t(Fn::dot, x, x))[0], norm * norm, 1e-5, 1e-5);
    });
    laws.add(Fn::dot, "is-0-d", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec a = t.spec("a", small().ndim(1, 1));
        t.same_dims(t.shape(t(Fn::dot, t.make(a), t.tensor("b", small().of(a.dims)))), {});
    });
    laws.add(Fn::dot, "other-lengths-are-3", {"E3"}, Needs::structure, [](Trial& t) {
        const TensorSpec a = t.spec("a", small().ndim(1, 1));
        const Value x = t.make(a), y = t.tensor("b", small().of({a.dims[0] + 1}));
        t.fails(3, Fn::dot, {to_arg(x), to_arg(y)});
    });
    laws.add(Fn::linear, "without-bias-is-zero-bias", {"V7"}, Needs::values, [](Trial& t) {
        const int64_t in = t.integer("in", 0, 4), out = t.integer("out", 0, 4);
        const Value x = t.tensor("x", matrix(DType::f32, 3, in)), weight = t.tensor("w", matrix(DType::f32, out, in));
        t.equal(t(Fn::linear, x, weight, 0), t(Fn::linear, x, weight, t(Fn::zeros, Dims{out})));
    });
    laws.add(Fn::linear, "shape-ends-in-out", {"V4"}, Needs::structure, [](Trial& t) {
        const int64_t in = t.integer("in", 0, 4), out = t.integer("out", 0, 4);
        Dims dims = t.spec("lead", small().f64().ndim(0, 3)).dims;
        dims.push_back(in);
        const Value x = t.tensor("x", small().of(dims)), weight = t.tensor("w", small().of({out, in}));
        const Value got = t(Fn::linear, x, weight, 0);
        dims.back() = out;
        t.same_dims(t.shape(got), dims);
    });
    return laws;
}

Laws norm_laws() {
    Laws laws;
    laws.add(Fn::norm, "scales", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().f64().filled(Values::modest));
        const double factor = t.number("factor", -5, 5);
        t.near(t.value(Fn::norm, t(Fn::mul_scalar, x, factor)), std::abs(factor) * t.value(Fn::norm, x));
    });
    laws.add(Fn::norm, "obeys-the-triangle-inequality", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec a = t.spec("a", Want().f64().filled(Values::modest));
        const Value x = t.make(a), y = t.tensor("b", Want().f64().of(a.dims).filled(Values::modest));
        t.check(t.value(Fn::norm, t(Fn::add, x, y)) <= t.value(Fn::norm, x) + t.value(Fn::norm, y) + 1e-9,
                "|a + b| <= |a| + |b|");
    });
    laws.add(Fn::norm, "blind-to-shape", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().f64().filled(Values::modest));
        t.near(t.value(Fn::norm, x), t.value(Fn::norm, t(Fn::flatten, x)));
    });
    return laws;
}

}  // namespace

Laws linalg_laws() {
    Laws laws = matmul_laws();
    laws.add(norm_laws());
    return laws;
}

}  // namespace simple::property

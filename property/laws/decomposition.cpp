// Laws of det, inverse, svd and eig, on float64 matrices that are well conditioned: random ones plus twice their size
// on the diagonal.
#include <algorithm>
#include <cmath>
#include <limits>

#include "property/laws/law.h"

namespace simple::property {

namespace {

struct Square {
    Value x;
    int64_t n;
};

Square square(Trial& t, const char* name = "x", int64_t least = 0) {
    const int64_t n = t.integer("n", least, 4);
    const Value noise = t.tensor(name, Want().f64().of({n, n}).filled(Values::modest));
    return {t(Fn::add, noise, t(Fn::mul_scalar, t(Fn::to_float, t(Fn::eye, n)), 3.0 * static_cast<double>(n) + 1)), n};
}

// As square, of the same size as another.
Value beside(Trial& t, const char* name, int64_t n) {
    const Value noise = t.tensor(name, Want().f64().of({n, n}).filled(Values::modest));
    return t(Fn::add, noise, t(Fn::mul_scalar, t(Fn::to_float, t(Fn::eye, n)), 3.0 * static_cast<double>(n) + 1));
}

Value eye(Trial& t, int64_t n) { return t(Fn::to_float, t(Fn::eye, n)); }

double trace(Trial& t, const Value& x, int64_t n) { return t.value(Fn::sum, t(Fn::mul, x, eye(t, n))); }

Want any_matrix() { return Want().f64().ndim(2, 3).sizes(1, 4).filled(Values::modest); }

}  // namespace

Laws decomposition_laws() {
    Laws laws;
    laws.add(Fn::det, "of-product-is-product", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, n] = square(t);
        const Value b = beside(t, "b", n);
        t.near(t.value(Fn::det, t(Fn::matmul, a, b)), t.value(Fn::det, a) * t.value(Fn::det, b));
    });
    laws.add(Fn::det, "of-transpose-is-the-same", {"V4"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        t.near(t.value(Fn::det, t(Fn::t, x)), t.value(Fn::det, x));
    });
    laws.add(Fn::det, "scales-with-the-nth-power", {"V4"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        const double factor = t.number("factor", -2, 2);
        t.near(t.value(Fn::det, t(Fn::mul_scalar, x, factor)),
               std::pow(factor, static_cast<double>(n)) * t.value(Fn::det, x));
    });
    laws.add(Fn::det, "of-eye-is-1", {"V4"}, Needs::values,
             [](Trial& t) { t.near(t.value(Fn::det, t(Fn::eye, t.integer("n", 0, 6))), 1); });
    laws.add(Fn::det, "of-equal-rows-is-0", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("n", 2, 4);
        const Value row = t.tensor("row", Want().f64().of({1, n}).filled(Values::small));
        t.near(t.value(Fn::det, t(Fn::cat, std::vector<Value>(static_cast<size_t>(n), row), 0)), 0);
    });
    laws.add(Fn::inverse, "times-the-matrix-is-eye", {"V4"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        t.close(t(Fn::matmul, t(Fn::inverse, x), x), eye(t, n));
        t.close(t(Fn::matmul, x, t(Fn::inverse, x)), eye(t, n));
    });
    laws.add(Fn::inverse, "is-an-involution", {"V4"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        t.close(t(Fn::inverse, t(Fn::inverse, x)), x);
    });
    laws.add(Fn::inverse, "of-transpose-is-transpose", {"V4"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        t.close(t(Fn::inverse, t(Fn::t, x)), t(Fn::t, t(Fn::inverse, x)));
    });
    laws.add(Fn::inverse, "of-product-is-reversed-product", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, n] = square(t);
        const Value b = beside(t, "b", n);
        t.close(t(Fn::inverse, t(Fn::matmul, a, b)), t(Fn::matmul, t(Fn::inverse, b), t(Fn::inverse, a)));
    });
    laws.add(Fn::inverse, "of-singular-is-6", {"E3"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("n", 1, 4);
        t.fails(6, Fn::inverse, {to_arg(t(Fn::zeros, Dims{n, n}))});
    });
    laws.add(Fn::svd, "has-orthonormal-columns", {"V6"}, Needs::values, [](Trial& t) {
        const Value u = t(Fn::svd, t.tensor("x", any_matrix().ndim(2, 2)));
        t.close(t(Fn::matmul, t(Fn::t, u), u), eye(t, t.shape(u)[1]));
    });
    laws.add(Fn::svd, "spans-what-the-first-of-svd-all-spans", {"V6"}, Needs::values, [](Trial& t) {
        // A column's sign is open, and so is a basis where singular values are equal: U U^T of all columns is not.
        const Value x = t.tensor("x", any_matrix().ndim(2, 2));
        const Value u = t(Fn::svd, x), first = t.list(Fn::svd_all, x)[0];
        t.close(t(Fn::matmul, u, t(Fn::t, u)), t(Fn::matmul, first, t(Fn::t, first)));
    });
    laws.add(Fn::svd, "is-m-by-min", {"V6"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", any_matrix());
        Dims dims = t.shape(x);
        dims.back() = std::min(dims.back(), dims[dims.size() - 2]);
        t.same_dims(t.shape(t(Fn::svd, x)), dims);
    });
    laws.add(Fn::svd_all, "multiplies-back", {"V6"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", any_matrix());
        const std::vector<Value> usv = t.list(Fn::svd_all, x);
        t.close(t(Fn::matmul, t(Fn::mul, usv[0], t(Fn::unsqueeze, usv[1], -2)), usv[2]), x);
    });
    laws.add(Fn::svd_all, "values-fall-and-are-not-negative", {"V6"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", any_matrix().ndim(2, 2));
        const std::vector<double> s = t.data(t.list(Fn::svd_all, x)[1]);
        for (size_t i = 0; i < s.size(); i++)
            t.check(s[i] >= 0 && (i == 0 || s[i] <= s[i - 1]), "singular values fall and are not negative");
    });
    laws.add(Fn::svd_all, "squares-sum-to-norm-squared", {"V6"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", any_matrix().ndim(2, 2));
        t.near(t.value(Fn::norm, t.list(Fn::svd_all, x)[1]), t.value(Fn::norm, x));
    });
    laws.add(Fn::eig, "sums-to-the-trace", {"V6"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        t.near(t.value(Fn::sum, t(Fn::eig, x)), trace(t, x, n));
    });
    laws.add(Fn::eig, "of-symmetric-multiplies-to-det", {"V6"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        const Value symmetric = t(Fn::mul_scalar, t(Fn::add, x, t(Fn::t, x)), 0.5);
        double determinant = 1;
        for (double value : t.data(t(Fn::eig, symmetric))) determinant *= value;
        t.near(determinant, t.value(Fn::det, symmetric));
    });
    laws.add(Fn::eig, "of-transpose-is-the-same", {"V6"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        std::vector<double> a = t.data(t(Fn::eig, x)), b = t.data(t(Fn::eig, t(Fn::t, x)));
        std::sort(a.begin(), a.end());
        std::sort(b.begin(), b.end());
        for (size_t i = 0; i < a.size(); i++) t.near(a[i], b[i], 1e-6, 1e-6);
    });
    laws.add(Fn::eig, "is-n-long", {"V6"}, Needs::structure, [](Trial& t) {
        const auto [x, n] = square(t);
        t.same_dims(t.shape(t(Fn::eig, x)), {n});
    });
    // A(p + iq) = (a + ib)(p + iq), real and imaginary part.
    laws.add(Fn::eig_all, "vectors-are-only-stretched", {"V6"}, Needs::values, [](Trial& t) {
        const auto [x, n] = square(t);
        const std::vector<Value> e = t.list(Fn::eig_all, x);
        const Value &a = e[0], &b = e[1], &p = e[2], &q = e[3];
        t.close(t(Fn::matmul, x, p), t(Fn::sub, t(Fn::mul, p, a), t(Fn::mul, q, b)), 1e-8, 1e-8);
        t.close(t(Fn::matmul, x, q), t(Fn::add, t(Fn::mul, p, b), t(Fn::mul, q, a)), 1e-8, 1e-8);
    });
    for (Fn fn : {Fn::svd, Fn::svd_all, Fn::eig, Fn::eig_all})
        laws.add(fn, "of-not-finite-is-6", {"V6", "E3"}, Needs::values, [=](Trial& t) {
            TensorSpec spec = t.spec("x", Want().f64().of({3, 3}).filled(Values::modest));
            constexpr double kInfinity = std::numeric_limits<double>::infinity();
            const double bad[] = {kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()};
            spec.values[static_cast<size_t>(t.integer("at", 0, 8))] = bad[t.integer("bad", 0, 2)];
            t.fails(6, fn, {to_arg(t.make(spec))});
        });
    for (Fn fn : {Fn::det, Fn::inverse, Fn::eig, Fn::eig_all})
        laws.add(fn, "of-non-square-is-3", {"E3"}, Needs::structure, [=](Trial& t) {
            const int64_t n = t.integer("n", 0, 4);
            t.fails(3, fn, {to_arg(t.tensor("x", Want().f64().of({n, n + 1})))});
            t.fails(3, fn, {to_arg(t.tensor("y", Want().f64().of({n})))});
        });
    for (Fn fn : {Fn::norm, Fn::det, Fn::inverse, Fn::svd, Fn::svd_all, Fn::eig, Fn::eig_all})
        laws.add(fn, "of-int64-is-4", {"V2", "E3"}, Needs::structure, [=](Trial& t) {
            const int64_t n = t.integer("n", 1, 4);
            t.fails(4, fn, {to_arg(t.tensor("x", Want().i64().of({n, n})))});
        });
    return laws;
}

}  // namespace simple::property

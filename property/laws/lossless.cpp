// Laws of V9: a power of two passes through exactly, however far it takes the intermediate results.
#include <cmath>

#include "property/laws/law.h"

namespace simple::property {

namespace {

// The result multiplies by factor^degree where the argument multiplies by factor.
void add_scaling(Laws& laws, Fn fn, int degree) {
    laws.add(fn, "is-not-lost-to-an-intermediate", {"V9"}, Needs::values, [=](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().floats().nonempty().filled(Values::modest));
        const Value x = t.make(spec);
        // The result stays a normal number: float32 goes from 2^-126 to 2^128, float64 from 2^-1022 to 2^1024.
        const int most = (spec.dtype == DType::f32 ? 100 : 900) / degree;
        const auto power = static_cast<int>(t.integer("power", -most, most));
        const double plain = t.value(fn, x);
        const double far = t.value(fn, t(Fn::mul_scalar, x, std::ldexp(1.0, power)));
        t.near(std::ldexp(far, -degree * power), plain, 1e-5, 1e-5);
    });
}

// Of n times the same number and n - 1 times its negative the sum is that number, of n times it the mean, however far
// 2 of them are beyond the largest.
Value near_the_largest(Trial& t, const Value& x, bool is_float) {
    return t(Fn::mul_scalar, x, std::ldexp(1.0, static_cast<int>(t.integer("power", 116, 124)) + (is_float ? 0 : 896)));
}

void add_laws_of_the_largest(Laws& laws) {
    const auto drawn = [](Trial& t, Want want) {
        const TensorSpec spec = t.spec("x", want.floats().nonempty().filled(Values::small));
        return near_the_largest(t, t.make(spec), spec.dtype == DType::f32);
    };
    laws.add(Fn::sum_dim, "is-not-lost-to-an-intermediate", {"V9"}, Needs::values, [=](Trial& t) {
        const Value x = drawn(t, Want().ndim(0, 3));
        const auto n = static_cast<size_t>(t.integer("times", 2, 5));
        std::vector<Value> terms(n, x);
        terms.insert(terms.end(), n - 1, t(Fn::neg, x));
        t.equal(t(Fn::sum_dim, t(Fn::stack, terms, 0), 0, false), x);
    });
    laws.add(Fn::mean_dim, "is-not-lost-to-an-intermediate", {"V9"}, Needs::values, [=](Trial& t) {
        const Value x = drawn(t, Want().ndim(0, 3));
        const std::vector<Value> terms(static_cast<size_t>(t.integer("times", 2, 5)), x);
        t.close(t(Fn::mean_dim, t(Fn::stack, terms, 0), 0, false), x, 1e-6, 0);
    });
    laws.add(Fn::avg_pool2d, "is-not-lost-to-an-intermediate", {"V9"}, Needs::values, [=](Trial& t) {
        const Value x = drawn(t, Want().ndim(1, 1));
        const Value rows = t(Fn::stack, std::vector<Value>(static_cast<size_t>(t.integer("times", 2, 5)), x), 1);
        const Dims shape = t.shape(rows);  // each window is a row, of equal elements
        const Value means = t(Fn::avg_pool2d, t(Fn::unsqueeze, rows, 0), Dims{1, shape[1]}, Dims{}, Dims{});
        t.close(t(Fn::flatten, means), x, 1e-6, 0);
    });
}

void add_offset(Laws& laws, Fn fn) {
    laws.add(fn, "does-not-see-an-offset", {"V9"}, Needs::values, [=](Trial& t) {
        const Value x = t.tensor("x", Want().type(DType::f32).ndim(1, 3).nonempty().filled(Values::small));
        // Whole numbers of this size are exact in float32.
        const Value moved = t(Fn::add_scalar, x, std::ldexp(1.0, static_cast<int>(t.integer("power", 10, 22))));
        t.near(t.value(fn, moved), t.value(fn, x), 1e-5, 1e-5);
    });
}

// Numbers that are added up one by one in float32 lose a digit with every few thousand.
void add_laws_of_many(Laws& laws) {
    constexpr int64_t kFewest = 1 << 18, kMost = 1 << 20;
    const auto value = [](Trial& t) { return static_cast<double>(t.integer("tenths", 1, 30)) / 10; };
    laws.add(Fn::norm, "of-many-equal", {"V9"}, Needs::values, [=](Trial& t) {
        const int64_t n = t.integer("elements", kFewest, kMost);
        const double v = value(t);
        const double norm = t.value(Fn::norm, t(Fn::full, Dims{n}, v));
        t.near(norm / std::sqrt(static_cast<double>(n)), v, 1e-6, 2e-6);
    });
    laws.add(Fn::avg_pool2d, "of-many-equal", {"V9"}, Needs::values, [=](Trial& t) {
        const int64_t rows = t.integer("rows", 256, 512);
        const double v = value(t);
        const Value x = t(Fn::full, Dims{1, 1, rows, 1024}, v);
        t.near(t.data(t(Fn::avg_pool2d, x, Dims{rows, 1024}, Dims{1, 1}, Dims{0, 0})).at(0), v, 1e-6, 2e-6);
    });
    laws.add(Fn::batch_norm, "of-many-equal", {"V9"}, Needs::values, [=](Trial& t) {
        const int64_t n = t.integer("elements", kFewest, kMost);
        const double v = value(t);
        // Equal elements are spread as far as eps says. Where their mean is large beside that, V9 may need another way
        // of computing: here in one of four, as it costs many times as much.
        const double eps = t.integer("small eps", 0, 3) == 3 ? 1e-5 : 1;
        const Value x = t(Fn::full, Dims{n, 1}, v), mean = t(Fn::zeros, Dims{1}), var = t(Fn::ones, Dims{1});
        t(Fn::batch_norm, x, mean, var, 0, 0, true, 1.0, eps);
        t.near(t.data(mean).at(0), v, 1e-6, 2e-6);
        t.near(t.data(var).at(0), 0, 1e-5, 1e-5);
    });
}

}  // namespace

Laws lossless_laws() {
    Laws laws;
    add_laws_of_many(laws);
    add_laws_of_the_largest(laws);
    for (Fn fn : {Fn::sum, Fn::mean, Fn::norm, Fn::std}) add_scaling(laws, fn, 1);
    add_scaling(laws, Fn::var, 2);
    for (Fn fn : {Fn::var, Fn::std}) add_offset(laws, fn);
    laws.add(Fn::layer_norm, "is-not-lost-to-an-intermediate", {"V9"}, Needs::values, [](Trial& t) {
        const DType dtype = t.integer("f32", 0, 1) ? DType::f32 : DType::f64;
        const int64_t n = t.integer("n", 2, 6);
        const Value x = t.tensor("x", Want().type(dtype).of(Dims{2, n}).filled(Values::distinct));
        const int most = dtype == DType::f32 ? 100 : 900;
        const auto power = static_cast<int>(t.integer("power", -most, most));
        const Value far = t(Fn::mul_scalar, x, std::ldexp(1.0, power));
        t.close(t(Fn::layer_norm, far, Dims{n}, 0, 0, 0.0), t(Fn::layer_norm, x, Dims{n}, 0, 0, 0.0), 1e-4, 1e-4);
    });
    laws.add(Fn::linspace, "ends-where-it-should", {"V9"}, Needs::values, [](Trial& t) {
        // Float32 numbers of any size.
        const auto end = [&t](const char* fraction, const char* power) {
            return std::ldexp(static_cast<double>(t.integer(fraction, -8388608, 8388608)),
                              static_cast<int>(t.integer(power, -140, 104)));
        };
        const double start = end("start", "start's power"), stop = end("end", "end's power");
        const int64_t steps = t.integer("steps", 2, 9);
        const std::vector<double> got = t.data(t(Fn::linspace, start, stop, steps));
        t.check(got.front() == start && got.back() == stop, "the bounds are exact");
        for (double each : got)
            t.check(each >= std::fmin(start, stop) && each <= std::fmax(start, stop), "between the bounds");
    });
    return laws;
}

}  // namespace simple::property

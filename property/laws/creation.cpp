#include <cmath>

#include "property/laws/law.h"

namespace simple::property {

namespace {

Dims dims_of(Trial& t) { return t.spec("dims", Want().f64().filled(Values::small)).dims; }

Value filled(Trial& t, Fn fn, const Dims& dims) { return fn == Fn::full ? t(fn, dims, 2.5) : t(fn, dims); }

void repeats_after_seed(Trial& t, Fn fn) {
    const Dims dims = dims_of(t);
    const int64_t seed = t.integer("seed", 0, 1 << 30);
    t.run(Fn::manual_seed, {to_arg(seed)});
    const Value first = t(fn, dims);
    t.run(Fn::manual_seed, {to_arg(seed)});
    t.equal(t(fn, dims), first);
}

void seeds_differ(Trial& t, Fn fn) {
    const int64_t seed = t.integer("seed", 0, 1 << 30);
    t.run(Fn::manual_seed, {to_arg(seed)});
    const std::vector<double> first = t.data(t(fn, Dims{16}));
    t.run(Fn::manual_seed, {to_arg(seed + 1)});
    t.check(t.data(t(fn, Dims{16})) != first, "another seed gives other numbers");
}

void all_are(Trial& t, Fn fn, double value) {
    for (double element : t.data(t(fn, dims_of(t)))) t.near(element, value, 0, 0);
}

}  // namespace

Laws creation_laws() {
    Laws laws;
    for (Fn fn : {Fn::zeros, Fn::ones, Fn::full, Fn::randn, Fn::rand, Fn::empty}) {
        laws.add(fn, "shape-is-dims", {"V1"}, Needs::structure, [fn](Trial& t) {
            const Dims dims = dims_of(t);
            const Value made = filled(t, fn, dims);
            t.same_dims(t.shape(made), dims);
            t.check(t.dtype(made) == DType::f32, "creation gives float32");
            t.same(t.count(Fn::numel, made), product(dims), "numel");
            t.check(!t.count(Fn::requires_grad, made), "a new tensor requires no gradient");
        });
        laws.add(fn, "negative-dim-is-2", {"E3"}, Needs::structure, [fn](Trial& t) {
            Dims dims = dims_of(t);
            dims.push_back(t.integer("size", -5, -1));
            Args args = {to_arg(dims)};
            if (fn == Fn::full) args.push_back(to_arg(2.5));
            t.fails(2, fn, args);
        });
    }
    for (Fn fn : {Fn::randn, Fn::rand}) {
        laws.add(fn, "repeats-after-seed", {"V8"}, Needs::values, [fn](Trial& t) { repeats_after_seed(t, fn); });
        laws.add(fn, "seeds-differ", {"V8"}, Needs::values, [fn](Trial& t) { seeds_differ(t, fn); });
    }
    laws.add(Fn::zeros, "all-zero", {"V4"}, Needs::values, [](Trial& t) { all_are(t, Fn::zeros, 0); });
    laws.add(Fn::ones, "all-one", {"V4"}, Needs::values, [](Trial& t) { all_are(t, Fn::ones, 1); });
    laws.add(Fn::full, "all-value", {"V4"}, Needs::values, [](Trial& t) {
        const double value = t.number("value", -1e6, 1e6);
        for (double element : t.data(t(Fn::full, dims_of(t), value)))
            t.near(element, static_cast<double>(static_cast<float>(value)), 0, 0);
    });
    laws.add(Fn::full, "is-zeros-plus-scalar", {"V4"}, Needs::values, [](Trial& t) {
        const Dims dims = dims_of(t);
        const double value = t.number("value", -100, 100);
        t.equal(t(Fn::full, dims, value), t(Fn::add_scalar, t(Fn::zeros, dims), value));
    });
    laws.add(Fn::full, "too-large-for-float32-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const double value = t.number("value", 4e38, 1e300);
        t.fails(2, Fn::full, {to_arg(dims_of(t)), to_arg(t.flag("negative") ? -value : value)});
    });
    laws.add(Fn::from_data, "round-trip", {"V1"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().f64());
        const Value made = t(Fn::from_data, spec.values, spec.dims);
        const std::vector<double> back = t.data(made);
        for (size_t i = 0; i < back.size(); i++) t.near(back[i], spec.values[i], 0, 0);
    });
    laws.add(Fn::from_data, "is-float64-of-dims", {"V1"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().f64());
        const Value made = t(Fn::from_data, spec.values, spec.dims);
        t.check(t.dtype(made) == DType::f64, "from_data gives float64");
        t.same_dims(t.shape(made), spec.dims);
    });
    laws.add(Fn::from_data, "int-elements-are-their-value", {"T2"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().f64().filled(Values::small));
        const Dims whole(spec.values.begin(), spec.values.end());
        t.equal(t(Fn::from_data, whole, spec.dims), t(Fn::from_data, spec.values, spec.dims));
    });
    laws.add(Fn::from_data, "wrong-count-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        TensorSpec spec = t.spec("x", Want().f64());
        spec.values.resize(spec.values.size() + static_cast<size_t>(t.integer("more", 1, 4)));
        t.fails(2, Fn::from_data, {to_arg(spec.values), to_arg(spec.dims)});
    });
    laws.add(Fn::from_i64_data, "round-trip", {"V1"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().i64());
        const Value made = t(Fn::from_i64_data, Dims(spec.values.begin(), spec.values.end()), spec.dims);
        const std::vector<double> back = t.data(made);
        for (size_t i = 0; i < back.size(); i++) t.near(back[i], spec.values[i], 0, 0);
    });
    laws.add(Fn::from_i64_data, "is-int64-of-dims", {"V1"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().i64());
        const Value made = t(Fn::from_i64_data, Dims(spec.values.begin(), spec.values.end()), spec.dims);
        t.check(t.dtype(made) == DType::i64, "from_i64_data gives int64");
        t.same_dims(t.shape(made), spec.dims);
    });
    laws.add(Fn::arange, "count-is-ceil", {"V4"}, Needs::structure, [](Trial& t) {
        const double start = t.number("start", -5, 5), step = t.number("step", 0.1, 3);
        const double length = t.number("length", 0, 20);
        const bool down = t.flag("down");
        const double end = down ? start - length : start + length;
        const double want = std::ceil(down ? (end - start) / -step : (end - start) / step);
        t.same(t.count(Fn::numel, t(Fn::arange, start, end, down ? -step : step)), static_cast<int64_t>(want), "numel");
    });
    laws.add(Fn::arange, "steps-evenly", {"V4"}, Needs::values, [](Trial& t) {
        const auto start = static_cast<double>(t.integer("start", -9, 9));
        const auto step = static_cast<double>(t.integer("step", 1, 4));
        const auto count = t.integer("count", 0, 12);
        const std::vector<double> got = t.data(t(Fn::arange, start, start + step * static_cast<double>(count), step));
        t.same(static_cast<int64_t>(got.size()), count, "count");
        for (size_t i = 0; i < got.size(); i++) t.near(got[i], start + step * static_cast<double>(i), 0, 0);
    });
    laws.add(Fn::arange, "step-away-from-end-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const double length = t.number("length", 0.5, 9), step = t.number("step", 0.1, 3);
        t.fails(2, Fn::arange, {to_arg(length), to_arg(0.0), to_arg(step)});
        t.fails(2, Fn::arange, {to_arg(0.0), to_arg(length), to_arg(-step)});
        t.fails(2, Fn::arange, {to_arg(0.0), to_arg(length), to_arg(0.0)});
    });
    laws.add(Fn::linspace, "ends-included", {"V4"}, Needs::values, [](Trial& t) {
        const double start = t.number("start", -50, 50), end = t.number("end", -50, 50);
        const std::vector<double> got = t.data(t(Fn::linspace, start, end, t.integer("steps", 2, 20)));
        t.near(got.front(), start, 1e-6, 1e-5);
        t.near(got.back(), end, 1e-6, 1e-5);
    });
    laws.add(Fn::linspace, "count-is-steps", {"V4"}, Needs::structure, [](Trial& t) {
        const int64_t steps = t.integer("steps", 0, 50);
        t.same_dims(t.shape(t(Fn::linspace, -1.0, t.number("end", -5, 5), steps)), {steps});
    });
    laws.add(Fn::linspace, "backwards-is-reversed", {"V4"}, Needs::values, [](Trial& t) {
        const double start = t.number("start", -50, 50), end = t.number("end", -50, 50);
        const int64_t steps = t.integer("steps", 1, 20);
        const std::vector<double> there = t.data(t(Fn::linspace, start, end, steps));
        const std::vector<double> back = t.data(t(Fn::linspace, end, start, steps));
        if (steps == 1) return;
        for (size_t i = 0; i < there.size(); i++) t.near(there[i], back[back.size() - 1 - i], 1e-5, 1e-4);
    });
    laws.add(Fn::linspace, "between-equal-ends-is-full", {"V4"}, Needs::values, [](Trial& t) {
        const double end = t.number("end", -50, 50);
        const int64_t steps = t.integer("steps", 0, 20);
        t.close(t(Fn::linspace, end, end, steps), t(Fn::full, Dims{steps}, end));
    });
    laws.add(Fn::linspace, "negative-steps-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        t.fails(2, Fn::linspace, {to_arg(0.0), to_arg(1.0), to_arg(t.integer("steps", -9, -1))});
    });
    laws.add(Fn::eye, "sums-to-n", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("n", 0, 12);
        t.near(t.value(Fn::sum, t(Fn::eye, n)), static_cast<double>(n), 0, 0);
    });
    laws.add(Fn::eye, "is-its-transpose", {"V4"}, Needs::values, [](Trial& t) {
        const Value eye = t(Fn::eye, t.integer("n", 0, 8));
        t.equal(t(Fn::t, eye), eye);
        t.equal(t(Fn::mul, eye, eye), eye);
    });
    laws.add(Fn::eye, "is-n-by-n", {"V1"}, Needs::structure, [](Trial& t) {
        const int64_t n = t.integer("n", 0, 12);
        t.same_dims(t.shape(t(Fn::eye, n)), {n, n});
    });
    laws.add(Fn::rand, "within-0-and-1", {"V4"}, Needs::values, [](Trial& t) {
        t.run(Fn::manual_seed, {to_arg(t.integer("seed", 0, 1 << 30))});
        t.all(
            t(Fn::rand, dims_of(t)), [](double x) { return x >= 0 && x < 1; }, "in [0, 1)");
    });
    // 6 standard errors: one in 5e8 examples would break by chance.
    laws.add(Fn::rand, "mean-is-a-half", {"V4"}, Needs::values, [](Trial& t) {
        t.run(Fn::manual_seed, {to_arg(t.integer("seed", 0, 1 << 30))});
        t.near(t.value(Fn::mean, t(Fn::rand, Dims{4096})), 0.5, 0, 6 * 0.2887 / 64);
    });
    laws.add(Fn::randn, "mean-0-variance-1", {"V4"}, Needs::values, [](Trial& t) {
        t.run(Fn::manual_seed, {to_arg(t.integer("seed", 0, 1 << 30))});
        const Value x = t(Fn::randn, Dims{4096});
        t.near(t.value(Fn::mean, x), 0, 0, 6.0 / 64);
        t.near(t.value(Fn::var, x), 1, 0, 6 * 1.4143 / 64);
    });
    return laws;
}

}  // namespace simple::property

#include <cmath>
#include <limits>

#include "property/laws/law.h"

namespace simple::property {

namespace {

Want f64(const Dims& dims, Values kind = Values::small) { return Want().f64().of(dims).filled(kind); }
const Dims kDefault;  // stride, padding, dilation not given

struct Image {
    Value x;
    int64_t n, c, h, w;
};

Image image(Trial& t, Values kind = Values::small) {
    const int64_t n = t.integer("N", 1, 2), c = t.integer("C", 1, 3), h = t.integer("H", 1, 5),
                  w = t.integer("W", 1, 5);
    return {t.tensor("image", f64({n, c, h, w}, kind)), n, c, h, w};
}

Laws conv_laws() {
    Laws laws;
    laws.add(Fn::conv2d, "has-the-shape-of-the-formula", {"V4", "V7"}, Needs::structure, [](Trial& t) {
        const Image in = image(t);
        const int64_t k = t.integer("kernel", 1, 3), s = t.integer("stride", 1, 3), d = t.integer("dilation", 1, 2);
        const int64_t p = t.integer("padding", k * d, k * d + 1), o = t.integer("O", 1, 3);
        const Value got =
            t(Fn::conv2d, in.x, t.tensor("weight", f64({o, in.c, k, k})), 0, Dims{s, s}, Dims{p}, Dims{d}, 1);
        const auto out = [&](int64_t size) { return (size + 2 * p - d * (k - 1) - 1) / s + 1; };
        t.same_dims(t.shape(got), {in.n, o, out(in.h), out(in.w)});
    });
    laws.add(Fn::conv2d, "is-linear-in-its-input", {"V4"}, Needs::values, [](Trial& t) {
        const Image in = image(t);
        const Value other = t.tensor("other", f64({in.n, in.c, in.h, in.w}));
        const Value weight = t.tensor("weight", f64({2, in.c, 3, 3}));
        const auto conv = [&](const Value& x) { return t(Fn::conv2d, x, weight, 0, kDefault, Dims{1}, kDefault, 1); };
        t.equal(conv(t(Fn::add, in.x, other)), t(Fn::add, conv(in.x), conv(other)));
    });
    laws.add(Fn::conv2d, "adds-its-bias-per-channel", {"V4", "V7"}, Needs::values, [](Trial& t) {
        const Image in = image(t);
        const Value weight = t.tensor("weight", f64({2, in.c, 1, 1})), bias = t.tensor("bias", f64({2}));
        t.equal(t(Fn::conv2d, in.x, weight, bias, kDefault, kDefault, kDefault, 1),
                t(Fn::add, t(Fn::conv2d, in.x, weight, 0, kDefault, kDefault, kDefault, 1),
                  t(Fn::reshape, bias, Dims{1, 2, 1, 1})));
    });
    laws.add(Fn::conv2d, "groups-are-separate", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t h = t.integer("H", 2, 4);
        const Value x = t.tensor("x", f64({1, 4, h, h})), weight = t.tensor("weight", f64({2, 2, 2, 2}));
        const Value whole = t(Fn::conv2d, x, weight, 0, kDefault, kDefault, kDefault, 2);
        const auto xs = t.list(Fn::chunk, x, 2, 1), ws = t.list(Fn::chunk, weight, 2, 0);
        std::vector<Value> parts;
        for (size_t i = 0; i < 2; i++) parts.push_back(t(Fn::conv2d, xs[i], ws[i], 0, kDefault, kDefault, kDefault, 1));
        t.equal(whole, t(Fn::cat, parts, 1));
    });
    laws.add(Fn::conv2d, "unbatched-is-a-batch-of-one", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t c = t.integer("C", 1, 3);
        const Value x = t.tensor("x", f64({c, 4, 3})), weight = t.tensor("weight", f64({2, c, 2, 2}));
        t.equal(t(Fn::unsqueeze, t(Fn::conv2d, x, weight, 0, kDefault, kDefault, kDefault, 1), 0),
                t(Fn::conv2d, t(Fn::unsqueeze, x, 0), weight, 0, kDefault, kDefault, kDefault, 1));
    });
    laws.add(Fn::conv2d, "empty-parameters-are-defaults", {"V7"}, Needs::values, [](Trial& t) {
        const Image in = image(t);
        const Value weight = t.tensor("weight", f64({1, in.c, 1, 1}));
        t.equal(t(Fn::conv2d, in.x, weight, 0, kDefault, kDefault, kDefault, 1),
                t(Fn::conv2d, in.x, weight, 0, Dims{1, 1}, Dims{0, 0}, Dims{1}, 1));
    });
    laws.add(Fn::conv2d, "kernel-over-padded-input-is-3", {"E3"}, Needs::structure, [](Trial& t) {
        const Image in = image(t);
        const Value weight = t.tensor("weight", f64({1, in.c, in.h + 1, 1}));
        t.fails(
            3, Fn::conv2d,
            {to_arg(in.x), to_arg(weight), to_arg(0), to_arg(kDefault), to_arg(kDefault), to_arg(kDefault), to_arg(1)});
    });
    return laws;
}

Laws pool_laws() {
    Laws laws;
    for (Fn fn : {Fn::max_pool2d, Fn::avg_pool2d}) {
        laws.add(fn, "kernel-1-is-identity", {"V4"}, Needs::values, [=](Trial& t) {
            const Image in = image(t);
            t.equal(t(fn, in.x, Dims{1}, kDefault, kDefault), in.x);
        });
        laws.add(fn, "stride-is-the-kernel-by-default", {"V7"}, Needs::values, [=](Trial& t) {
            const Value x = t.tensor("x", f64({1, 2, 5, 4}));
            const int64_t k = t.integer("kernel", 1, 4);
            t.equal(t(fn, x, Dims{k}, kDefault, kDefault), t(fn, x, Dims{k, k}, Dims{k, k}, Dims{0}));
        });
        laws.add(fn, "has-the-shape-of-the-formula", {"V4"}, Needs::structure, [=](Trial& t) {
            const int64_t h = t.integer("H", 3, 7), k = t.integer("kernel", 1, 3);
            const int64_t s = t.integer("stride", 1, 3), p = t.integer("padding", 0, k / 2);
            const int64_t out = (h + 2 * p - k) / s + 1;
            t.same_dims(t.shape(t(fn, t.tensor("x", f64({2, h, h})), Dims{k}, Dims{s}, Dims{p})), {2, out, out});
        });
        laws.add(fn, "whole-window-is-the-reduction", {"V4"}, Needs::values, [=](Trial& t) {
            const Image in = image(t);
            const Value flat = t(Fn::reshape, in.x, Dims{in.n, in.c, in.h * in.w});
            const Value pooled = t(fn, in.x, Dims{in.h, in.w}, kDefault, kDefault);
            t.close(t(Fn::reshape, pooled, Dims{in.n, in.c}),
                    t(fn == Fn::max_pool2d ? Fn::max_dim : Fn::mean_dim, flat, 2, false));
        });
        laws.add(fn, "int64-is-4", {"V2", "V5"}, Needs::structure, [=](Trial& t) {
            const Value x = t.tensor("x", Want().i64().of({1, 3, 3}));
            t.fails(4, fn, {to_arg(x), to_arg(Dims{2}), to_arg(kDefault), to_arg(kDefault)});
        });
        laws.add(fn, "padding-over-half-the-kernel-is-2", {"E3"}, Needs::structure, [=](Trial& t) {
            const int64_t k = t.integer("kernel", 1, 3);
            const Value x = t.tensor("x", f64({1, 4, 4}));
            t.fails(2, fn, {to_arg(x), to_arg(Dims{k}), to_arg(kDefault), to_arg(Dims{k / 2 + 1})});
        });
    }
    laws.add(Fn::max_pool2d, "is-at-least-avg-pool", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", f64({1, 2, 4, 4}));
        const Dims k = {t.integer("kernel", 1, 3)};
        t.all(
            t(Fn::sub, t(Fn::max_pool2d, x, k, Dims{1}, kDefault), t(Fn::avg_pool2d, x, k, Dims{1}, kDefault)),
            [](double v) { return v >= -1e-12; }, "at least 0");
    });
    return laws;
}

Laws norm_layer_laws() {
    Laws laws;
    laws.add(Fn::layer_norm, "has-mean-0-and-variance-1", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("n", 2, 6);
        const Value x = t.tensor("x", f64({3, n}, Values::distinct));
        const Value got = t(Fn::layer_norm, x, Dims{n}, 0, 0, 1e-12);
        for (double mean : t.data(t(Fn::mean_dim, got, 1, false))) t.near(mean, 0);
        for (double square : t.data(t(Fn::mean_dim, t(Fn::mul, got, got), 1, false))) t.near(square, 1, 1e-6, 0);
    });
    laws.add(Fn::layer_norm, "is-shift-invariant", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", f64({2, 4}, Values::modest));
        t.close(t(Fn::layer_norm, t(Fn::add_scalar, x, t.number("shift", -5, 5)), Dims{4}, 0, 0, 1e-5),
                t(Fn::layer_norm, x, Dims{4}, 0, 0, 1e-5), 1e-7, 1e-7);
    });
    laws.add(Fn::layer_norm, "weight-and-bias-are-applied-after", {"V4", "V7"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", f64({2, 3, 2}, Values::modest)), weight = t.tensor("weight", f64({3, 2})),
                    bias = t.tensor("bias", f64({3, 2}));
        const Value plain = t(Fn::layer_norm, x, Dims{3, 2}, 0, 0, 1e-5);
        t.close(t(Fn::layer_norm, x, Dims{3, 2}, weight, bias, 1e-5), t(Fn::add, t(Fn::mul, plain, weight), bias));
    });
    laws.add(Fn::layer_norm, "keeps-the-shape", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().floats().ndim(1, 4));
        const auto from = t.integer("from", 0, static_cast<int64_t>(spec.dims.size()) - 1);
        const Value got = t(Fn::layer_norm, t.make(spec), Dims(spec.dims.begin() + from, spec.dims.end()), 0, 0, 1e-5);
        t.same_dims(t.shape(got), spec.dims);
    });
    laws.add(Fn::layer_norm, "empty-normalized-shape-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want().floats());
        t.fails(2, Fn::layer_norm, {to_arg(x), to_arg(Dims{}), to_arg(0), to_arg(0), to_arg(1e-5)});
    });
    laws.add(Fn::batch_norm, "in-training-has-mean-0-per-channel", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("N", 2, 6), c = t.integer("C", 1, 3);
        const Value got = t(Fn::batch_norm, t.tensor("x", f64({n, c}, Values::distinct)), 0, 0, 0, 0, true, 0.1, 1e-12);
        for (double mean : t.data(t(Fn::mean_dim, got, 0, false))) t.near(mean, 0, 0, 1e-8);
        for (double square : t.data(t(Fn::mean_dim, t(Fn::mul, got, got), 0, false))) t.near(square, 1, 1e-6, 0);
    });
    laws.add(Fn::batch_norm, "in-evaluation-is-the-formula", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("N", 1, 4), c = t.integer("C", 1, 3);
        const Value x = t.tensor("x", f64({n, c}, Values::modest)), mean = t.tensor("mean", f64({c}, Values::modest)),
                    var = t.tensor("var", f64({c}, Values::positive)), weight = t.tensor("weight", f64({c})),
                    bias = t.tensor("bias", f64({c}));
        const Value scaled = t(Fn::div, t(Fn::sub, x, mean), t(Fn::sqrt, t(Fn::add_scalar, var, 1e-3)));
        t.close(t(Fn::batch_norm, x, mean, var, weight, bias, false, 0.1, 1e-3),
                t(Fn::add, t(Fn::mul, scaled, weight), bias));
    });
    laws.add(Fn::batch_norm, "moves-running-statistics-by-momentum", {"V1", "V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("N", 2, 5);
        const double momentum = t.number("momentum", 0, 1);
        const Value x = t.tensor("x", f64({n, 1}, Values::modest)), mean = t.tensor("mean", f64({1}, Values::modest)),
                    var = t.tensor("var", f64({1}, Values::positive));
        const double mean_before = t.data(mean)[0], var_before = t.data(var)[0];
        t(Fn::batch_norm, x, mean, var, 0, 0, true, momentum, 1e-5);
        t.near(t.data(mean)[0], (1 - momentum) * mean_before + momentum * t.value(Fn::mean, x));
        t.near(t.data(var)[0], (1 - momentum) * var_before + momentum * t.value(Fn::var, x));
    });
    laws.add(Fn::batch_norm, "mean-of-an-infinity-is-infinite", {"V4"}, Needs::values, [](Trial& t) {
        TensorSpec spec = t.spec("x", Want().floats().of({4, 1}).filled(Values::modest));
        constexpr double kInfinity = std::numeric_limits<double>::infinity();
        const double infinity = t.flag("negative") ? -kInfinity : kInfinity;
        spec.values[static_cast<size_t>(t.integer("at", 0, 3))] = infinity;
        const Value mean = t(Fn::zeros, Dims{1});
        t(Fn::batch_norm, t.make(spec), mean, t(Fn::ones, Dims{1}), 0, 0, true, 1.0, 1e-5);
        t.check(t.data(mean).at(0) == infinity, "the running mean is that infinity, wherever it stands");
    });
    laws.add(Fn::batch_norm, "keeps-statistics-dtype", {"V1"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want().floats().of({3, 2}).filled(Values::modest));
        const Value mean = t.tensor("mean", Want().floats().of({2}).filled(Values::modest));
        const Value var = t.tensor("var", Want().floats().of({2}).filled(Values::positive));
        const DType mean_type = t.dtype(mean), var_type = t.dtype(var);
        t(Fn::batch_norm, x, mean, var, 0, 0, true, 0.5, 1e-5);
        t.check(t.dtype(mean) == mean_type && t.dtype(var) == var_type, "running statistics keep their dtype");
    });
    laws.add(Fn::batch_norm, "evaluation-changes-no-statistics", {"E2"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", f64({3, 2})), mean = t.tensor("mean", f64({2})),
                    var = t.tensor("var", f64({2}, Values::positive));
        const Value mean_before = t(Fn::clone, mean), var_before = t(Fn::clone, var);
        t(Fn::batch_norm, x, mean, var, 0, 0, false, 0.5, 1e-5);
        t.equal(mean, mean_before);
        t.equal(var, var_before);
    });
    laws.add(Fn::batch_norm, "evaluation-without-statistics-is-2", {"V5"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", f64({3, 2})), one = t.tensor("one", f64({2}));
        const auto args = [&](const Arg& mean, const Arg& var, bool training) {
            return Args{to_arg(x), mean, var, to_arg(0), to_arg(0), to_arg(training), to_arg(0.1), to_arg(1e-5)};
        };
        t.fails(2, Fn::batch_norm, args(to_arg(0), to_arg(0), false));
        t.fails(2, Fn::batch_norm, args(to_arg(one), to_arg(0), t.flag("training")));
        t.fails(2, Fn::batch_norm, args(to_arg(0), to_arg(one), t.flag("training")));
    });
    return laws;
}

Laws dropout_laws() {
    Laws laws;
    laws.add(Fn::dropout, "is-identity-outside-training", {"V4", "H7"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.equal(t(Fn::dropout, x, t.number("p", 0, 1), false), x);
    });
    laws.add(Fn::dropout, "p-0-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.equal(t(Fn::dropout, x, 0.0, true), x);
    });
    laws.add(Fn::dropout, "p-1-is-zero", {"V4"}, Needs::values, [](Trial& t) {
        t.all(
            t(Fn::dropout, t.tensor("x", Want().floats().filled(Values::small)), 1.0, true),
            [](double v) { return v == 0; }, "0");
    });
    laws.add(Fn::dropout, "zeroes-or-scales", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().f64().filled(Values::positive));
        const double p = t.number("p", 0.1, 0.9);
        const std::vector<double> got = t.data(t(Fn::dropout, t.make(spec), p, true));
        for (size_t i = 0; i < got.size(); i++)
            if (got[i] != 0) t.near(got[i], spec.values[i] / (1 - p));
    });
    laws.add(Fn::dropout, "repeats-after-seed", {"V8"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().floats().filled(Values::positive));
        const int64_t seed = t.integer("seed", 0, 1 << 30);
        t.run(Fn::manual_seed, {to_arg(seed)});
        const Value first = t(Fn::dropout, x, 0.5, true);
        t.run(Fn::manual_seed, {to_arg(seed)});
        t.equal(t(Fn::dropout, x, 0.5, true), first);
    });
    // 6 standard errors.
    laws.add(Fn::dropout, "zeroes-a-share-p", {"V4"}, Needs::values, [](Trial& t) {
        t.run(Fn::manual_seed, {to_arg(t.integer("seed", 0, 1 << 30))});
        const double p = t.number("p", 0.1, 0.9);
        const double kept = t.value(Fn::sum, t(Fn::dropout, t(Fn::ones, Dims{4096}), p, true)) * (1 - p) / 4096;
        t.near(1 - kept, p, 0, 6 * std::sqrt(p * (1 - p) / 4096));
    });
    laws.add(Fn::dropout, "p-outside-0-and-1-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want());
        t.fails(2, Fn::dropout, {to_arg(x), to_arg(t.number("p", 1.01, 5)), to_arg(t.flag("training"))});
        t.fails(2, Fn::dropout, {to_arg(x), to_arg(t.number("q", -5, -0.01)), to_arg(t.flag("again"))});
    });
    return laws;
}

}  // namespace

Laws nn_laws() {
    Laws laws = conv_laws();
    for (const Laws& more : {pool_laws(), norm_layer_laws(), dropout_laws()}) laws.add(more);
    return laws;
}

}  // namespace simple::property

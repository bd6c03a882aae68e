#include <cmath>

#include "property/laws/law.h"

namespace simple::property {

namespace {

struct Loss {
    Fn number, tensor;
};

constexpr Loss kLosses[] = {{Fn::mse_loss, Fn::mse_loss_tensor},
                            {Fn::cross_entropy, Fn::cross_entropy_tensor},
                            {Fn::binary_cross_entropy, Fn::binary_cross_entropy_tensor},
                            {Fn::nll_loss, Fn::nll_loss_tensor}};

struct Classified {
    Value x, target;
    Dims classes;
    int64_t n, c;
};

Classified classified(Trial& t) {
    const int64_t n = t.integer("N", 1, 4), c = t.integer("C", 1, 4);
    Dims classes;
    for (int64_t i = 0; i < n; i++) classes.push_back(t.integer("class", 0, c - 1));
    const Value x = t.tensor("x", Want().f64().of({n, c}).filled(Values::modest));
    return {x, t(Fn::from_i64_data, classes, Dims{n}), classes, n, c};
}

// Valid input and target of a loss.
std::pair<Value, Value> arguments(Trial& t, Fn number) {
    if (number == Fn::cross_entropy || number == Fn::nll_loss) {
        const Classified c = classified(t);
        return {c.x, c.target};
    }
    const TensorSpec spec = t.spec("input", Want().floats().nonempty().filled(Values::unit));
    return {t.make(spec), t.tensor("target", Want().floats().of(spec.dims).filled(Values::unit))};
}

}  // namespace

Laws loss_laws() {
    Laws laws;
    for (const Loss& loss : kLosses) {
        laws.add(loss.tensor, "is-0-d", {"V4"}, Needs::structure, [loss](Trial& t) {
            const auto [input, target] = arguments(t, loss.number);
            t.same_dims(t.shape(t(loss.tensor, input, target)), {});
        });
        laws.add(loss.number, "leaves-its-arguments", {"E2"}, Needs::values, [loss](Trial& t) {
            const auto [input, target] = arguments(t, loss.number);
            const Value a = t(Fn::clone, input), b = t(Fn::clone, target);
            t.value(loss.number, input, target);
            t.equal(input, a);
            t.equal(target, b);
        });
        laws.add(loss.number, "of-int64-input-is-4", {"V2"}, Needs::structure, [loss](Trial& t) {
            const Value x = t.tensor("x", Want().i64().of({2, 3}).filled(Values::unit));
            const bool classes = loss.number == Fn::cross_entropy || loss.number == Fn::nll_loss;
            const Value target = classes ? t(Fn::from_i64_data, Dims{0, 1}, Dims{2}) : t(Fn::zeros, Dims{2, 3});
            const Value input = classes ? x : t(Fn::to_int, x);
            if (classes) t.fails(4, loss.number, {to_arg(input), to_arg(target)});
            if (!classes) t.fails(4, loss.number, {to_arg(input), to_arg(t(Fn::to_int, target))});
        });
    }
    laws.add(Fn::mse_loss, "of-itself-is-0", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want().floats().nonempty().filled(Values::modest));
        t.near(t.value(Fn::mse_loss, x, x), 0, 0, 0);
    });
    laws.add(Fn::mse_loss, "is-symmetric", {"V4"}, Needs::values, [](Trial& t) {
        const auto [a, b] = arguments(t, Fn::mse_loss);
        t.near(t.value(Fn::mse_loss, a, b), t.value(Fn::mse_loss, b, a), 1e-6, 1e-9);
    });
    laws.add(Fn::mse_loss, "broadcasts", {"V5"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("a", Want().f64().nonempty().ndim(1, 3).filled(Values::modest));
        const Value a = t.make(spec), b = t.tensor("b", Want().f64().of({}).filled(Values::modest));
        t.near(t.value(Fn::mse_loss, a, b), t.value(Fn::mse_loss, a, t(Fn::add, b, t(Fn::zeros, spec.dims))));
    });
    laws.add(Fn::cross_entropy, "of-one-hot-is-of-the-class", {"V3", "V4"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        const Value hot = t(Fn::to_float, t(Fn::index_select, t(Fn::eye, c.c), 0, c.target));
        t.near(t.value(Fn::cross_entropy, c.x, hot), t.value(Fn::cross_entropy, c.x, c.target));
    });
    laws.add(Fn::cross_entropy, "is-shift-invariant", {"V4"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        t.near(t.value(Fn::cross_entropy, t(Fn::add_scalar, c.x, t.number("shift", -9, 9)), c.target),
               t.value(Fn::cross_entropy, c.x, c.target));
    });
    laws.add(Fn::cross_entropy, "is-not-negative", {"V4"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        t.check(t.value(Fn::cross_entropy, c.x, c.target) >= -1e-12, "the loss is not negative");
    });
    laws.add(Fn::cross_entropy, "class-out-of-range-is-5", {"E3", "V3"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        const int64_t bad = t.flag("negative") ? t.integer("under", -99, -1) : c.c + t.integer("over", 0, 9);
        const Value target = t(Fn::from_i64_data, Dims(static_cast<size_t>(c.n), bad), Dims{c.n});
        t.fails(5, Fn::cross_entropy, {to_arg(c.x), to_arg(target)});
        t.fails(5, Fn::nll_loss, {to_arg(c.x), to_arg(target)});
    });
    laws.add(Fn::nll_loss, "is-linear", {"V4"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        const double factor = t.number("factor", -4, 4);
        t.near(t.value(Fn::nll_loss, t(Fn::mul_scalar, c.x, factor), c.target),
               factor * t.value(Fn::nll_loss, c.x, c.target));
    });
    laws.add(Fn::nll_loss, "float-classes-are-classes", {"V3"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        t.near(t.value(Fn::nll_loss, c.x, t(Fn::to_float32, c.target)), t.value(Fn::nll_loss, c.x, c.target));
    });
    laws.add(Fn::nll_loss, "ignores-minus-100", {"V3"}, Needs::values, [](Trial& t) {
        const Classified c = classified(t);
        const Value more = t(Fn::cat, std::vector<Value>{c.x, t.tensor("row", Want().f64().of({1, c.c}))}, 0);
        Dims classes = c.classes;
        classes.push_back(-100);
        t.near(t.value(Fn::nll_loss, more, t(Fn::from_i64_data, classes, Dims{c.n + 1})),
               t.value(Fn::nll_loss, c.x, c.target));
    });
    laws.add(Fn::binary_cross_entropy, "of-complements-is-the-same", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().f64().nonempty().filled(Values::unit));
        const Value x = t.make(spec), y = t.tensor("y", Want().f64().of(spec.dims).filled(Values::unit));
        const auto complement = [&](const Value& v) { return t(Fn::add_scalar, t(Fn::neg, v), 1.0); };
        t.near(t.value(Fn::binary_cross_entropy, complement(x), complement(y)),
               t.value(Fn::binary_cross_entropy, x, y));
    });
    laws.add(Fn::binary_cross_entropy, "of-certain-and-right-is-0", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t(t.flag("ones") ? Fn::ones : Fn::zeros, Dims{t.integer("n", 1, 6)});
        t.near(t.value(Fn::binary_cross_entropy, x, x), 0, 0, 1e-7);
    });
    laws.add(Fn::binary_cross_entropy, "of-certain-and-wrong-is-100", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t n = t.integer("n", 1, 6);
        t.near(t.value(Fn::binary_cross_entropy, t(Fn::zeros, Dims{n}), t(Fn::ones, Dims{n})), 100, 1e-6, 0);
    });
    laws.add(Fn::binary_cross_entropy, "outside-0-and-1-is-2", {"V5", "E3"}, Needs::values, [](Trial& t) {
        const Value good = t(Fn::full, Dims{2}, 0.5), bad = t(Fn::full, Dims{2}, t.number("value", 1.01, 9));
        t.fails(2, Fn::binary_cross_entropy, {to_arg(bad), to_arg(good)});
        t.fails(2, Fn::binary_cross_entropy, {to_arg(good), to_arg(bad)});
    });
    laws.add(Fn::binary_cross_entropy, "other-shape-is-3", {"V5", "E3"}, Needs::structure, [](Trial& t) {
        const int64_t n = t.integer("n", 2, 5);
        t.fails(3, Fn::binary_cross_entropy, {to_arg(t(Fn::full, Dims{n}, 0.5)), to_arg(t(Fn::full, Dims{1}, 0.5))});
    });
    return laws;
}

}  // namespace simple::property

// Gradients against central differences in float64: towards every argument of every differentiable function, and
// through chains of up to 8 of them.
#include <algorithm>
#include <iterator>

#include "property/cases.h"
#include "property/gradients/differentiable.h"
#include "property/gradients/weighed.h"

namespace simple::property {

namespace {

constexpr double kStep = 1e-6, kRtol = 1e-3, kAtol = 1e-5;  // the design's "Numbers as truth"

double at(Trial& t, const Differentiable& call, size_t tensor, size_t element, double step) {
    std::vector<Value> inputs;
    for (size_t i = 0; i < call.tensors.size(); i++) {
        TensorSpec spec = call.tensors[i];
        if (i == tensor) spec.values[element] += step;
        inputs.push_back(t.make(spec));
    }
    return t.data(weighed(t, call.apply(t, inputs)))[0];
}

void matches_central_differences(Trial& t, const Differentiable& call) {
    std::vector<Value> inputs;
    for (const TensorSpec& spec : call.tensors) {
        const Value made = t.make(spec);
        // Detached: a leaf that keeps the drawn layout.
        inputs.push_back(t(Fn::detach, made));
        t.run(Fn::set_requires_grad, {to_arg(inputs.back()), to_arg(true)});
    }
    const Value loss = weighed(t, call.apply(t, inputs));
    t.run(Fn::backward, {to_arg(loss)});
    for (size_t i = 0; i < inputs.size(); i++) {
        const Value grad = t(Fn::grad, inputs[i]);
        t.check(grad.get() > 0, "argument " + std::to_string(i) + " has a gradient (G4)");
        t.same_dims(t.shape(grad), call.tensors[i].dims);
        const std::vector<double> got = t.data(grad);
        for (size_t k = 0; k < got.size(); k++)
            t.near(got[k], (at(t, call, i, k, kStep) - at(t, call, i, k, -kStep)) / (2 * kStep), kRtol, kAtol);
    }
}

// Links of a chain: each takes a tensor of any shape with elements and is smooth everywhere, so that no value that the
// links before it give lies near a kink.
using Link = Value (*)(Trial&, const Value&);
const Link kSmooth[] = {
    [](Trial& t, const Value& x) { return t(Fn::tanh, x); },
    [](Trial& t, const Value& x) { return t(Fn::sigmoid, x); },
    [](Trial& t, const Value& x) { return t(Fn::gelu, x); },
    [](Trial& t, const Value& x) { return t(Fn::neg, x); },
    [](Trial& t, const Value& x) { return t(Fn::exp, t(Fn::tanh, x)); },
    [](Trial& t, const Value& x) { return t(Fn::log, t(Fn::exp, t(Fn::tanh, x))); },
    [](Trial& t, const Value& x) { return t(Fn::sqrt, t(Fn::add_scalar, t(Fn::pow, x, 2.0), 0.5)); },
    [](Trial& t, const Value& x) { return t(Fn::add_scalar, x, 0.5); },
    [](Trial& t, const Value& x) { return t(Fn::mul_scalar, x, 1.3); },
    [](Trial& t, const Value& x) { return t(Fn::clone, x); },
    [](Trial& t, const Value& x) { return t(Fn::flatten, x); },
    [](Trial& t, const Value& x) {
        return t(Fn::reshape, x, Dims{-1, 1});
    },
    [](Trial& t, const Value& x) { return t(Fn::squeeze, x); },
    [](Trial& t, const Value& x) { return t(Fn::contiguous, x); },
    [](Trial& t, const Value& x) { return t(Fn::unsqueeze, x, 0); },
    [](Trial& t, const Value& x) { return t(Fn::transpose, t(Fn::unsqueeze, x, 0), 0, -1); },
    [](Trial& t, const Value& x) { return t(Fn::softmax, x, -1); },
    [](Trial& t, const Value& x) { return t(Fn::log_softmax, x, -1); },
    [](Trial& t, const Value& x) { return t(Fn::mul, x, t(Fn::tanh, x)); },
    [](Trial& t, const Value& x) { return t(Fn::add, x, x); },
    [](Trial& t, const Value& x) { return t(Fn::sub, x, t(Fn::sigmoid, x)); },
    [](Trial& t, const Value& x) { return t(Fn::div, x, t(Fn::add_scalar, t(Fn::sigmoid, x), 1.0)); },
    [](Trial& t, const Value& x) { return t(Fn::sum_dim, x, -1, true); },
    [](Trial& t, const Value& x) { return t(Fn::mean_dim, x, 0, true); },
    [](Trial& t, const Value& x) {
        return t(Fn::stack, std::vector<Value>{x, t(Fn::tanh, x)}, 0);
    },
    [](Trial& t, const Value& x) { return t(Fn::slice, t(Fn::flatten, x), 0, 0, INT64_MAX, 2); },
    [](Trial& t, const Value& x) {
        const Value row = t(Fn::reshape, x, Dims{1, -1});
        return t(Fn::matmul, row, t(Fn::t, t(Fn::tanh, row)));
    },
    [](Trial& t, const Value& x) {
        const Value row = t(Fn::reshape, x, Dims{1, -1});
        return t(Fn::mse_loss_tensor, row, t(Fn::zeros, Dims{1, 1}));
    },
};

// A function with kinks stands only at the beginning, on distinct values far from them; up to 7 smooth links follow.
Differentiable chain(Trial& t) {
    const TensorSpec x = t.spec("x", Want().f64().nonempty().ndim(0, 3).small_count(6).filled(Values::distinct));
    const Fn kFirst[] = {Fn::clone, Fn::relu, Fn::abs, Fn::to_float};
    const Fn first = kFirst[t.integer("first", 0, 3)];
    std::vector<Link> links;
    const int64_t length = t.integer("length", 1, 7);
    for (int64_t i = 0; i < length; i++)
        links.push_back(kSmooth[t.integer("link", 0, static_cast<int64_t>(std::size(kSmooth)) - 1)]);
    return {{x}, [=](Trial& t, const std::vector<Value>& in) {
                Value value = t(first, in[0]);
                for (const Link link : links) value = link(t, value);
                return value;
            }};
}

}  // namespace

Cases gradient_cases(const Backend& backend, const SuiteOptions& options) {
    const bool real = backend.available();
    Cases cases;
    const auto add = [&](const std::string& name, const std::string& function, int share,
                         std::function<Differentiable(Trial&)> draw) {
        const std::string id = "grad/" + name;
        const int count = std::max(1, options.examples / share);
        cases.push_back({id, function, {"G4"}, false, with_values(real, [=, &backend] {
                             hold(id, backend, options, count,
                                  [&](Trial& t) { matches_central_differences(t, draw(t)); });
                         })});
    };
    for (const Row& row : differentiable_rows()) {
        const std::string name(function(row.function).name);
        add(name + row.variant, name, 4, row.draw);
    }
    add("chain", "backward", 1, chain);
    return cases;
}

}  // namespace simple::property

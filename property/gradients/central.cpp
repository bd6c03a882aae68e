// Gradients against central differences in float64: towards every argument of every differentiable function, and
// through chains of up to 8 of them.
#include <algorithm>

#include "property/cases.h"
#include "property/gradients/differentiable.h"

namespace simple::property {

namespace {

constexpr double kStep = 1e-6, kRtol = 1e-3, kAtol = 1e-5;  // the design's "Numbers as truth"

// A number that depends on every element of the result, each with a weight of its own: the dot product with 1, 1.1, ...
Value weighed(Trial& t, const Value& result) {
    const int64_t count = t.count(Fn::numel, result);
    std::vector<double> weights;
    for (int64_t i = 0; i < count; i++) weights.push_back(1 + 0.1 * static_cast<double>(i));
    return t(Fn::dot, t(Fn::flatten, result), t(Fn::from_data, weights, Dims{count}));
}

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

// A chain: each link's call is drawn for the shape that the one before gives. A link that could put an element near a
// kink (relu, abs, max_dim, ...) is safe only where it stands first, on distinct values; later links are smooth.
Differentiable chain(Trial& t) {
    struct Link {
        Fn fn;
        double scalar;
        bool takes_scalar;
    };
    const std::vector<Link> kSmooth = {
        {Fn::tanh, 0, false},        {Fn::sigmoid, 0, false},     {Fn::gelu, 0, false},      {Fn::neg, 0, false},
        {Fn::add_scalar, 0.5, true}, {Fn::mul_scalar, 1.3, true}, {Fn::clone, 0, false},     {Fn::flatten, 0, false},
        {Fn::squeeze, 0, false},     {Fn::contiguous, 0, false},  {Fn::unsqueeze, 0, false}, {Fn::softmax, 0, false},
        {Fn::log_softmax, 0, false}, {Fn::mul, 0, false},         {Fn::add, 0, false}};
    const TensorSpec x = t.spec("x", Want().f64().nonempty().ndim(0, 3).small_count(6).filled(Values::distinct));
    const Fn kFirst[] = {Fn::clone, Fn::relu, Fn::abs, Fn::to_float};
    const Fn first = kFirst[t.integer("first", 0, 3)];
    std::vector<Link> links;
    const int64_t length = t.integer("length", 1, 7);
    for (int64_t i = 0; i < length; i++)
        links.push_back(kSmooth[static_cast<size_t>(t.integer("link", 0, static_cast<int64_t>(kSmooth.size()) - 1))]);
    return {{x}, [=](Trial& t, const std::vector<Value>& in) {
                Value value = t(first, in[0]);
                for (const Link& link : links) {
                    if (link.takes_scalar)
                        value = t(link.fn, value, link.scalar);
                    else if (link.fn == Fn::unsqueeze)
                        value = t(link.fn, value, 0);
                    else if (link.fn == Fn::softmax || link.fn == Fn::log_softmax)
                        value = t(link.fn, value, -1);
                    else if (link.fn == Fn::mul)
                        value = t(Fn::mul, value, t(Fn::tanh, value));
                    else if (link.fn == Fn::add)
                        value = t(Fn::add, value, value);
                    else
                        value = t(link.fn, value);
                }
                return value;
            }};
}

}  // namespace

Cases gradient_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    if (!backend.available()) return cases;
    const auto add = [&](const std::string& name, const std::string& function, int share,
                         std::function<Differentiable(Trial&)> draw) {
        const std::string id = "grad/" + name;
        const int count = std::max(1, options.examples / share);
        cases.push_back({id, function, {"G4"}, false, [=, &backend] {
                             hold(id, backend, options, count,
                                  [&](Trial& t) { matches_central_differences(t, draw(t)); });
                         }});
    };
    for (const Row& row : differentiable_rows()) {
        const std::string name(function(row.function).name);
        add(name + row.variant, name, 4, row.draw);
    }
    add("chain", "backward", 1, chain);
    return cases;
}

}  // namespace simple::property

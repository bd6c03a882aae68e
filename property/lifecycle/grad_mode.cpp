// no_grad of one thread shows in no other, whatever differentiable function is called (G1).
#include <algorithm>
#include <functional>
#include <future>
#include <thread>

#include "property/cases.h"
#include "property/gradients/differentiable.h"

namespace simple::property {

namespace {

// What body finds on a thread of its own; what it throws is thrown here.
bool on_another_thread(const std::function<bool()>& body) { return std::async(std::launch::async, body).get(); }

void is_each_threads_own(Trial& t, const Row& row) {
    const Backend& backend = t.backend;
    const Differentiable call = row.draw(t);
    std::vector<Value> leaves;
    for (const TensorSpec& spec : call.tensors) {
        leaves.push_back(t(Fn::detach, t.make(spec)));
        t.run(Fn::set_requires_grad, {to_arg(leaves.back()), to_arg(true)});
    }
    const auto records = [&] { return t.count(Fn::requires_grad, call.apply(t, leaves)) != 0; };
    const auto records_elsewhere = [&] { return on_another_thread(records); };
    t.check(records_elsewhere(), "gradients are on, on every thread");
    t.check(on_another_thread([&] {
                backend.no_grad_begin();
                const bool others = records_elsewhere(), own = records();
                backend.no_grad_end();
                return others && !own;
            }),
            "no_grad of a thread is its own: off there, on in those that it starts (G1)");
    backend.no_grad_begin();
    const bool others = records_elsewhere(), own = records();
    backend.no_grad_end();
    t.check(others, "no_grad of the main thread shows in no other (G1)");
    t.check(!own, "no_grad holds where it was begun (G1)");
    t.check(records(), "and is over (G1)");
}

}  // namespace

Cases grad_mode_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    const int examples = std::max(1, options.examples / 50);
    for (const Row& row : differentiable_rows()) {
        const std::string name(function(row.function).name);
        const std::string id = "threads/" + name + (row.variant.empty() ? "" : "/" + row.variant) + "/grad-mode";
        cases.push_back({id, name, {"G1", "G4"}, false, [=, &backend] {
                             hold(id, backend, options, examples, [&](Trial& t) { is_each_threads_own(t, row); });
                         }});
    }
    return cases;
}

}  // namespace simple::property

// Within no_grad a call gives what it gives without, but for requires_grad. Valid calls and failing ones, of every
// function. No result requires grad, though every floating argument does.
#include <algorithm>

#include "property/cases.h"
#include "property/relations/related_call.h"
#include "property/table/agreement.h"

namespace simple::property {

namespace {

// Its own doing is the grad mode, or what it tells is of the thread.
bool is_about_the_mode(Fn fn) {
    return fn == Fn::no_grad_begin || fn == Fn::no_grad_end || fn == Fn::last_error_code ||
           fn == Fn::last_error_message || fn == Fn::clear_error;
}

Outcome ended(const Backend& backend, Runner& runner, const DrawnCall& call, bool within) {
    for (const Step& step : call.before) runner.run(step);
    if (within) backend.no_grad_begin();
    Outcome outcome = runner.run(call.step);
    if (within) backend.no_grad_end();
    return outcome;
}

void is_as_without(Trial& t, Fn fn) {
    const Backend& b = t.backend;
    const DrawnCall call = draw_related(b, fn, nullptr, {}, t.choices("call")).call;
    Runner one(b), other(b);
    const Outcome within = ended(b, one, call, true), without = ended(b, other, call, false);
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + " (got: within no_grad, want: without), in the last call of\n" + call.text());
    };
    const DType computed = computed_dtype(b, other, call.step);
    claim_agreement(fn, {b, within, one.handles(one.steps() - 1)},
                    {b, without, other.handles(other.steps() - 1), computed}, claim, false);
}

void results_require_no_grad(Trial& t, Fn fn) {
    const DrawnCall call = draw_success(fn, t.choices("call"));
    const Backend& backend = t.backend;
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    for (const Ref& ref : call.step.refs) {
        if (function(fn).params[ref.argument].role != Role::value) continue;
        const int64_t handle = runner.handles(ref.step).at(static_cast<size_t>(ref.result));
        if (dtype(backend, handle) != DType::i64) backend.set_requires_grad(handle, true);
    }
    backend.no_grad_begin();
    runner.run(call.step);
    backend.no_grad_end();
    for (int64_t handle : runner.handles(runner.steps() - 1))
        if (backend.requires_grad(handle))
            throw Broken("a result within no_grad requires grad, in the last call of\n" + call.text());
}

}  // namespace

Cases no_grad_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        const Function& row = function(fn);
        if (is_about_the_mode(fn) || !takes_tensors(row)) continue;
        const std::string name(row.name), id = "relation/" + name + "/within-no-grad-is-as-without";
        const int examples = std::max(1, options.examples / 2);
        cases.push_back({id, name, {"G1", "E3"}, false, [=, &backend] {
                             hold(id, backend, options, examples, [&](Trial& t) { is_as_without(t, fn); });
                         }});
        if (!can_succeed(fn) || gives_integers(fn)) continue;
        if (row.result != Type::tensor && row.result != Type::tensor_array) continue;
        const std::string flags = "relation/" + name + "/within-no-grad-no-result-requires-grad";
        cases.push_back({flags, name, {"G1"}, false, [=, &backend] {
                             hold(flags, backend, options, examples / 2 + 1,
                                  [&](Trial& t) { results_require_no_grad(t, fn); });
                         }});
    }
    return cases;
}

}  // namespace simple::property

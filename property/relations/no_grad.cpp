// Within no_grad a call gives what it gives without, but for requires_grad. Valid calls and failing ones, of every
// function.
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
    claim_agreement(fn, {b, within, one.handles(one.steps() - 1)}, {b, without, other.handles(other.steps() - 1)},
                    claim, false);
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
    }
    return cases;
}

}  // namespace simple::property

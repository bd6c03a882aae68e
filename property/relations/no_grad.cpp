// Within no_grad a call gives what it gives without: code, numbers, shapes, dtypes, elements. Valid calls and failing
// ones, of every function. No result requires grad, though every floating argument does.
#include <algorithm>

#include "property/cases.h"
#include "property/relations/related_call.h"
#include "property/table/tolerance.h"

namespace simple::property {

namespace {

// Its own doing is the grad mode, or what it tells is of the thread.
bool is_about_the_mode(Fn fn) {
    return fn == Fn::no_grad_begin || fn == Fn::no_grad_end || fn == Fn::last_error_code ||
           fn == Fn::last_error_message || fn == Fn::clear_error;
}

// The order of eigenvalues and the signs of vectors are open (V6).
bool has_open_elements(Fn fn) {
    return is_random(fn) || fn == Fn::svd || fn == Fn::svd_all || fn == Fn::eig || fn == Fn::eig_all;
}

struct Told {
    Outcome outcome;
    std::vector<Dims> shapes;
    std::vector<DType> dtypes;
    std::vector<double> elements;
};

Told told(const Backend& backend, const DrawnCall& call, bool within) {
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    if (within) backend.no_grad_begin();
    Told told{runner.run(call.step), {}, {}, {}};
    if (within) backend.no_grad_end();
    for (int64_t handle : runner.handles(runner.steps() - 1)) {
        told.shapes.push_back(shape(backend, handle));
        told.dtypes.push_back(backend.dtype ? dtype(backend, handle) : DType::other);
        if (has_open_elements(call.step.fn)) continue;
        const std::vector<double> more = values(backend, handle);
        told.elements.insert(told.elements.end(), more.begin(), more.end());
    }
    return told;
}

void is_as_without(Trial& t, Fn fn) {
    const DrawnCall call = draw_related(t.backend, fn, nullptr, {}, t.choices("call")).call;
    const Told within = told(t.backend, call, true), without = told(t.backend, call, false);
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + " within no_grad and without, in the last call of\n" + call.text());
    };
    const auto code = [](const Outcome& outcome) { return std::to_string(outcome.code) + " " + outcome.message; };
    claim(within.outcome.code == without.outcome.code,
          "code " + code(within.outcome) + " and " + code(without.outcome));
    const Type type = function(fn).result;
    const bool tells_a_number = type == Type::i64 || type == Type::i32 || type == Type::boolean;
    claim(!tells_a_number || within.outcome.integer == without.outcome.integer, "another number");
    claim(within.outcome.text == without.outcome.text, "another text");
    const Tolerance limit = tolerance(fn, DType::f32);
    claim(is_near(within.outcome.number, without.outcome.number, limit), "another number");
    claim(within.shapes == without.shapes, "other shapes");
    claim(within.dtypes == without.dtypes, "other dtypes");
    for (size_t i = 0; i < within.elements.size(); i++)
        claim(is_near(within.elements[i], without.elements[i], limit), "another element " + std::to_string(i));
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
        if (!can_succeed(fn) || (row.result != Type::tensor && row.result != Type::tensor_array)) continue;
        const std::string flags = "relation/" + name + "/within-no-grad-no-result-requires-grad";
        cases.push_back({flags, name, {"G1"}, false, [=, &backend] {
                             hold(flags, backend, options, examples / 2 + 1,
                                  [&](Trial& t) { results_require_no_grad(t, fn); });
                         }});
    }
    return cases;
}

}  // namespace simple::property

// One handle for two arguments counts as two handles of the same tensor: code, shapes and elements are those of the
// call with a second handle that shares its storage.
#include <gtest/gtest.h>

#include <algorithm>

#include "property/cases.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

bool is_handle(Type type) { return type == Type::tensor || type == Type::tensor_opt; }

bool takes_two(Fn fn) {
    const Function& row = function(fn);
    int64_t handles = 0;
    for (size_t i = 0; i < row.param_count; i++) {
        if (row.params[i].type == Type::tensor_array) return true;
        handles += is_handle(row.params[i].type);
    }
    return handles > 1;
}

// What the call gives; where it fails its code alone, as messages tell what the second tensor was.
std::string told(const Backend& backend, const DrawnCall& call) {
    const std::string text = result_text(backend, call);
    return text.substr(0, text.find(" ("));
}

// Statistics are written to: what then stands in the other argument is not promised.
bool writes(const DrawnCall& call) {
    const Function& row = function(call.step.fn);
    return std::any_of(call.step.refs.begin(), call.step.refs.end(),
                       [&](const Ref& ref) { return row.params[ref.argument].role == Role::running; });
}

void same_as_two(Trial& t, Fn fn) {
    Random random = t.choices("call");
    DrawnCall one = draw_success(fn, random);
    const auto count = static_cast<int64_t>(one.step.refs.size());
    if (count < 2 || writes(one)) return;
    const auto kept = static_cast<size_t>(t.integer("kept", 0, count - 1));
    const auto replaced =
        (kept + static_cast<size_t>(t.integer("replaced", 1, count - 1))) % static_cast<size_t>(count);
    const Ref from = one.step.refs[kept];
    // A view of all of x, in the graph.
    Step alias{Fn::transpose, {int64_t{0}, int64_t{0}, int64_t{0}}, {{0, -1, from.step, from.result}}};
    DrawnCall two = one;
    two.before.push_back(std::move(alias));
    const auto set = [&](DrawnCall& call, size_t step, int result) {
        call.step.refs[replaced].step = step;
        call.step.refs[replaced].result = result;
    };
    set(one, from.step, from.result);
    set(two, two.before.size() - 1, 0);
    const std::string want = told(t.backend, two), got = told(t.backend, one);
    if (got != want)
        throw Broken("of two handles: " + want + "\nof one handle twice: " + got + "\nin the last call of\n" +
                     one.text());
}

}  // namespace

Cases one_handle_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        if (!can_succeed(fn) || !takes_two(fn)) continue;
        const std::string name(function(fn).name), id = "one-handle/" + name;
        cases.push_back({id, name, {"V4", "E3"}, false, [=, &backend] {
                             hold(id, backend, options, options.examples, [&](Trial& t) { same_as_two(t, fn); });
                         }});
    }
    return cases;
}

}  // namespace simple::property

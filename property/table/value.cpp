// Every function on drawn arguments against a second backend (--second, the reference): codes, shapes, dtypes, flags
// and elements.
#include <gtest/gtest.h>

#include <memory>

#include "property/cases.h"
#include "property/table/agreement.h"
#include "property/table/decomposed.h"

namespace simple::property {

namespace {

void compare(Trial& t, const Backend& second, const DrawnCall& call) {
    Runner a(t.backend), b(second);
    for (const Step& step : call.before) {
        a.run(step);
        b.run(step);
    }
    const Outcome x = a.run(call.step), y = b.run(call.step);
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + " (want: of the second)\nin the last call of\n" + call.text());
    };
    claim_agreement(call.step.fn, {t.backend, x, a.handles(a.steps() - 1)},
                    {second, y, b.handles(b.steps() - 1), computed_dtype(second, b, call.step)}, claim);
    claim_decomposed(call.step.fn, t.backend, a.arguments(call.step), a.handles(a.steps() - 1), claim);
}

}  // namespace

Cases value_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    if (options.second.empty()) return cases;
    const bool real = backend.available();
    const Reach reach = backend.has(Fn::to_data) ? Reach::sizes : Reach::ranks;
    const auto second = std::make_shared<const Backend>(load_backend(options.second));
    for (Fn fn : table_functions()) {
        if (!has_values(fn) || !can_succeed(fn)) continue;
        const std::string name(function(fn).name), id = "value/" + name;
        cases.push_back({id, name, {"V1", "V2", "V4"}, false, with_values(real, [=, &backend] {
                             hold(id, backend, options, options.examples,
                                  [&](Trial& t) { compare(t, *second, draw_success(fn, t.choices("call"), reach)); });
                         })});
    }
    return cases;
}

}  // namespace simple::property

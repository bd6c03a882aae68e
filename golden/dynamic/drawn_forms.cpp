#include "golden/dynamic/drawn_forms.h"

#include <gtest/gtest.h>

#include <cstring>

#include "ci/testkit/exact_text.h"
#include "property/relations/related_call.h"

namespace simple::golden {
namespace {

using property::RelatedCall;
using property::Trial;

// The form that the call's arguments fit, if any.
const Form* fitting_form(const Step& step) {
    const Function& row = function(step.fn);
    std::vector<size_t> lengths;
    for (size_t i = 0; i < row.param_count; ++i) {
        if (row.params[i].type != Type::i64_array && row.params[i].type != Type::tensor_array) continue;
        const auto& array = std::get<Array>(step.args[i]);
        if (array.null || array.null_items || array.len != Array::kItemCount) return nullptr;
        for (const SplValue& item : array.items)
            if (item.tag != SPL_INT) return nullptr;
        lengths.push_back(array.items.size());
    }
    return form_of(step.fn, lengths);
}

// All tensors of a run, exactly.
std::string tensors_of(const Backend& backend, const Runner& runner, bool with_values) {
    std::string text;
    for (size_t i = 0; i < runner.steps(); ++i)
        for (int64_t handle : runner.handles(i)) {
            if (!runner.live(handle)) continue;
            text += "\n  t" + std::to_string(i) + ": " + text_of(shape(backend, handle)) + ", dtype " +
                    std::to_string(static_cast<int>(dtype(backend, handle))) +
                    (backend.requires_grad(handle) ? ", requires grad" : "");
            for (double value : with_values ? values(backend, handle) : std::vector<double>())
                append_exact(text += ' ', value);
        }
    return text;
}

// What a call left behind: how it ended, its results and its arguments, which it may have changed. Messages may differ:
// a form's own symbol may stand there.
struct Ran {
    // The call on `last`, what comes before it on the core functions.
    Ran(const Backend& core, const Backend& last, const RelatedCall& drawn) : before(core), call(last) {
        for (const Step& step : drawn.call.before) before.run(step);
        if (core.manual_seed) core.manual_seed(20);
        const Fn fn = drawn.call.step.fn;
        outcome = call.run({fn, before.arguments(drawn.call.step), {}});
        text = "code " + std::to_string(outcome.code);
        if (outcome.ok() && function(fn).result == Type::f64) append_exact(text += ", ", outcome.number);
        const bool is_open = fn == Fn::empty || (!core.manual_seed && property::is_random(fn));
        text += tensors_of(core, before, true) + "\nresult:" + tensors_of(core, call, !is_open);
    }

    Runner before, call;
    Outcome outcome;
    std::string text;
};

constexpr uint64_t kFailedBits = 0x7ff8000000000000;

bool is_failed_number(double number) {
    uint64_t bits;
    std::memcpy(&bits, &number, sizeof bits);
    return bits == kFailedBits;
}

// Whether the drawn call fits the form.
bool compare(Trial& t, const FormsLibrary& library, Fn fn, const Form& form) {
    const auto draw = [&](const Random& random) { return property::draw_related(t.backend, fn, nullptr, {}, random); };
    const auto fits = [&](const RelatedCall& drawn) { return fitting_form(drawn.call.step) == &form; };
    const RelatedCall drawn = draw(t.choices("call", [&](const Random& random) { return fits(draw(random)); }));
    if (!fits(drawn)) return false;
    const Ran wanted(library.core, library.core, drawn);
    const int64_t before = calls_through_forms();
    const Ran got(library.core, library.backend(), drawn);
    const auto fail = [&](const std::string& what) {
        throw property::Broken(form.symbol + ": " + what +
                               (drawn.spoiled.empty() ? "" : "\nArguments: " + drawn.spoiled) +
                               "\nThe core function's call, last of\n" + drawn.call.text());
    };
    if (calls_through_forms() != before + 1) fail("the call did not go through the form");
    if (got.text != wanted.text) fail("the form left\n" + got.text + "\nthe core function\n" + wanted.text);
    if (!got.outcome.ok() && function(fn).result == Type::f64 && !is_failed_number(got.outcome.number))
        fail("failed, and does not return 0x7ff8000000000000");
    return true;
}

// A case that draws next to nothing that fits its form shows nothing.
void hold(const std::string& id, const FormsLibrary& library, const SuiteOptions& options, Fn fn, const Form& form) {
    int drawn = 0, fitting = 0;
    property::hold(id, library.core, options, options.examples, [&](Trial& t) {
        ++drawn;
        fitting += compare(t, library, fn, form);
    });
    if (testing::Test::HasFailure()) return;
    EXPECT_GE(2 * fitting, drawn) << fitting << " of " << drawn << " drawn calls fit the form";
}

}  // namespace

std::vector<Case> drawn_form_cases(FormsLibrary& library, const SuiteOptions& given) {
    SuiteOptions options = given;
    if (options.examples <= 0) options.examples = 200;
    std::vector<Case> cases;
    for (const Form& form : forms()) {
        const std::optional<Fn> fn = core_of(form);
        if (!fn) continue;
        const std::string name(function(*fn).name);
        const std::string id = "drawn/" + name + form.symbol.substr(function(*fn).symbol.size());
        cases.push_back({id, name, {"L2", "E2"}, false, [=, &library, &form] {
                             if (!library.skips()) hold(id, library, options, *fn, form);
                         }});
    }
    return cases;
}

}  // namespace simple::golden

#include "golden/dynamic/drawn_forms.h"

#include <gtest/gtest.h>

#include "golden/dynamic/compared_call.h"

namespace simple::golden {
namespace {

using property::RelatedCall;
using property::Trial;

// What few draws meet is in the cases of extreme numbers, and in those of properties.
constexpr int kDrawnExamples = 100;

// Whether the drawn call fits the form.
bool compare_drawn(Trial& t, const FormsLibrary& library, Fn fn, const Form& form) {
    const auto draw = [&](const Random& random) { return property::draw_related(t.backend, fn, nullptr, {}, random); };
    const auto fits = [&](const RelatedCall& drawn) { return fitting_form(drawn.call.step) == &form; };
    const RelatedCall drawn = draw(t.choices("call", [&](const Random& random) { return fits(draw(random)); }));
    if (!fits(drawn)) return false;
    compare(library, form, drawn.call, drawn.spoiled);
    return true;
}

// A case that draws next to nothing that fits its form shows nothing.
void hold(const std::string& id, const FormsLibrary& library, const SuiteOptions& options, Fn fn, const Form& form) {
    int drawn = 0, fitting = 0;
    property::hold(id, library.core, options, options.examples, [&](Trial& t) {
        ++drawn;
        fitting += compare_drawn(t, library, fn, form);
    });
    if (testing::Test::HasFailure()) return;
    EXPECT_GE(2 * fitting, drawn) << fitting << " of " << drawn << " drawn calls fit the form";
}

}  // namespace

std::vector<Case> drawn_form_cases(FormsLibrary& library, const SuiteOptions& given) {
    SuiteOptions options = given;
    if (options.examples <= 0) options.examples = kDrawnExamples;
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

// The recorded cases whose arguments fit a dyncall form, called through it.
#include "golden/dynamic/recorded_forms.h"

#include <gtest/gtest.h>

#include "golden/suite/recorded.h"

namespace simple::golden {
namespace {

bool is_plain(const Json& array, Type type) {
    if (!array.is_array()) return false;
    for (const Json& element : array)
        if (type == Type::tensor_array ? element.contains("tag") : !element.is_number_integer()) return false;
    return true;
}

}  // namespace

const Form* recorded_form(const GoldenCase& c) {
    const Function& row = function(c.fn);
    if (row.result != Type::tensor && row.result != Type::f64) return nullptr;
    std::vector<size_t> lengths;
    for (size_t i = 0; i < row.param_count; ++i) {
        const Type type = row.params[i].type;
        if (type == Type::f64_array) return nullptr;
        if (type != Type::i64_array && type != Type::tensor_array) continue;
        if (!is_plain(c.args[i], type)) return nullptr;
        lengths.push_back(c.args[i].size());
    }
    return form_of(c.fn, lengths);
}

std::vector<Case> recorded_form_cases(FormsLibrary& library, const std::string& folder) {
    std::vector<Case> cases =
        recorded_cases(library.backend(), folder, [](const GoldenCase& c) { return recorded_form(c) != nullptr; });
    for (Case& c : cases) {
        c.id = "forms/" + c.id;
        c.promises.push_back("L2");
        c.quick = false;
        c.body = [&library, fn = find_function(c.function)->id, body = c.body] {
            if (library.skips()) return;
            if (!library.core.available()) return skip("values");
            const int64_t before = calls_through_forms(fn);
            body();
            EXPECT_GT(calls_through_forms(fn), before) << "no call went through a form";
        };
    }
    return cases;
}

}  // namespace simple::golden

// No case is left out of the step dynamic whose calls fit a form: usage without_form_test LIBRARY_WITH_FORMS
#include "golden/dynamic/without_form.h"

#include <gtest/gtest.h>

#include <map>

#include "golden/dynamic/forms.h"
#include "property/cases.h"

namespace simple::golden {
namespace {

const char* g_library = nullptr;

TEST(WithoutForm, HardlyAnyDrawFitsAForm) {
    constexpr uint64_t kSeeds = 6, kFew = 3;
    static const Backend core = load_backend(g_library), backend = through_forms(core, g_library);
    std::map<std::string, uint64_t> fitting;  // with how many seeds
    size_t left_out = 0;
    for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
        SuiteOptions options;
        options.seed = seed;
        options.examples = options.leak_calls = 4;
        for (const Case& c : property::all_cases(backend, options)) {
            const Function* row = find_function(c.function);
            if (!row || !has_forms(row->id) || !c.needs.empty() || !is_without_form(c.id)) continue;
            ++left_out;
            const int64_t before = calls_through_forms(row->id);
            c.body();
            if (calls_through_forms(row->id) > before) ++fitting[c.id];
        }
    }
    EXPECT_GT(left_out, 0u);
    for (const auto& [id, seeds] : fitting) EXPECT_LE(seeds, kFew) << id << " goes through a form";
}

}  // namespace
}  // namespace simple::golden

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc != 2) return 64;
    simple::golden::g_library = argv[1];
    return RUN_ALL_TESTS();
}

#include "golden/dynamic/property_forms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "ci/testkit/running_case.h"
#include "golden/dynamic/without_form.h"
#include "property/cases.h"

namespace simple::golden {
namespace {

constexpr const char* kFolder = "property/";

// Few: values are the core functions' and judged there; what arrives there, and what becomes of it, is judged here.
constexpr int kFewest = 4, kShare = 50, kLeakCalls = 24;

// Of the cases that are not listed as without form, three in four go through one at first, and the rest with the next
// seeds.
constexpr uint64_t kSeeds = 40;

// Thousands of calls of each function take longer than all the others; and how a result lies in memory is the core
// function's matter.
bool is_none_of_forms(const Case& c) { return c.id.rfind("repeated/", 0) == 0 || c.id.rfind("fresh/", 0) == 0; }

bool is_of_form(const Case& c) {
    const Function* row = find_function(c.function);
    return row && has_forms(row->id) && c.needs.empty() && !is_none_of_forms(c) && !is_without_form(c.id);
}

// The same cases for several seeds, made when they are asked for.
class SeededCases {
  public:
    SeededCases(const Backend& backend, SuiteOptions options) : backend_(backend), options_(std::move(options)) {}

    const property::Cases& of(uint64_t turn) {
        const auto [found, is_new] = cases_.try_emplace(turn);
        SuiteOptions options = options_;
        options.seed += turn;
        if (is_new) found->second = property::all_cases(backend_, options);
        return found->second;
    }

  private:
    const Backend& backend_;
    SuiteOptions options_;
    std::map<uint64_t, property::Cases> cases_;
};

bool is_decided() { return testing::Test::HasFailure() || !running_case().capability.empty(); }

// Draws anew until a call went through a form: a case none of whose calls did says nothing of forms.
void run_through_form(SeededCases& cases, size_t index, Fn fn) {
    const int64_t before = calls_through_forms(fn);
    for (uint64_t turn = 0; turn < kSeeds; ++turn) {
        cases.of(turn)[index].body();
        if (is_decided() || calls_through_forms(fn) > before) return;
    }
    ADD_FAILURE() << "no call of " << function(fn).symbol << " went through a form";
}

}  // namespace

std::vector<Case> property_form_cases(FormsLibrary& library, const SuiteOptions& given) {
    SuiteOptions options = given;
    options.examples = std::max(kFewest, options.examples / kShare);
    if (options.leak_calls <= 0) options.leak_calls = kLeakCalls;
    options.second.clear();
    // As in the property suite: a child of fork computes there, and results must not depend on how work is split.
    if (library.core.set_num_threads) library.core.set_num_threads(1);
    // shape has the form that no other function's calls are to go through: its fault would be found in their cases.
    // As the suite's own cases, they are never freed.
    static SeededCases& by_forms = *new SeededCases(library.backend(), options);
    static SeededCases& by_sizes = *new SeededCases(library.sized(), options);
    std::vector<Case> cases;
    const property::Cases& all = by_forms.of(0);
    for (size_t i = 0; i < all.size(); ++i) {
        if (!is_of_form(all[i])) continue;
        Case c = all[i];
        const Fn fn = find_function(c.function)->id;
        SeededCases* const seeded = fn == Fn::shape ? &by_sizes : &by_forms;
        c.id = kFolder + c.id;
        c.promises.push_back("L2");
        c.quick = false;
        c.body = [&library, seeded, i, fn] {
            if (!library.skips()) run_through_form(*seeded, i, fn);
        };
        cases.push_back(std::move(c));
    }
    return cases;
}

}  // namespace simple::golden

// What the generators draw, counted: a property that never meets an empty tensor says nothing about one.
#include <gtest/gtest.h>

#include <string>

#include "property/cases.h"
#include "property/generators/spec.h"
#include "property/generators/trial.h"

namespace simple::property {

namespace {

struct Share {
    const char* name;
    double least;  // of all drawn
    bool (*holds)(const TensorSpec&, const TensorSpec&);
};

// Of pairs: a tensor as most laws ask for it, and a partner that broadcasts with it.
const Share kShares[] = {
    {"empty", 0.10, [](const TensorSpec& a, const TensorSpec&) { return a.empty(); }},
    {"0-d", 0.10, [](const TensorSpec& a, const TensorSpec&) { return a.dims.empty(); }},
    {"non-contiguous", 0.20, [](const TensorSpec& a, const TensorSpec&) { return a.strided(); }},
    {"nan", 0.08, [](const TensorSpec& a, const TensorSpec&) { return a.has_nan(); }},
    {"mixed-dtype", 0.40, [](const TensorSpec& a, const TensorSpec& b) { return a.dtype != b.dtype; }},
    {"broadcast", 0.25, [](const TensorSpec& a, const TensorSpec& b) { return a.dims != b.dims; }},
    {"size-1", 0.20,
     [](const TensorSpec& a, const TensorSpec&) {
         for (int64_t size : a.dims)
             if (size == 1) return true;
         return false;
     }},
    {"5-d", 0.05, [](const TensorSpec& a, const TensorSpec&) { return a.dims.size() == 5; }},
};

}  // namespace

Cases coverage_cases(const SuiteOptions& options) {
    Cases cases;
    for (const Share& share : kShares) {
        const std::string id = std::string("coverage/") + share.name;
        cases.push_back({id, "", {}, false, [=] {
                             constexpr int kDrawn = 4000;
                             int count = 0;
                             Dice dice(case_seed(options.seed, id));
                             for (int i = 0; i < kDrawn; i++) {
                                 const TensorSpec a = draw(Want(), Dice(dice.next()));
                                 const Dims partner = draw_partner(a.dims, Dice(dice.next()));
                                 count += share.holds(a, draw(Want().of(partner), Dice(dice.next())));
                             }
                             testing::Test::RecordProperty(share.name, count);
                             EXPECT_GE(count, share.least * kDrawn)
                                 << share.name << ": " << count << " of " << kDrawn << " drawn";
                         }});
    }
    return cases;
}

}  // namespace simple::property

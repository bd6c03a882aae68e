// What the generators draw and what the suite holds, counted and shown: a property that never meets an empty tensor
// says nothing about one, nor does a suite about a function that it has no gradient row for.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "property/cases.h"
#include "property/generators/spec.h"
#include "property/gradients/differentiable.h"
#include "property/table/drawn_call.h"

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
    // More than oneDNN takes.
    {"over-12-dims", 0.04, [](const TensorSpec& a, const TensorSpec&) { return a.dims.size() > 12; }},
    {"over-12-dims-strided", 0.005,
     [](const TensorSpec& a, const TensorSpec&) { return a.dims.size() > 12 && a.strided(); }},
};

// Of calls drawn from the tester's table that take a tensor.
struct TableShare {
    const char* name;
    double least;
    bool (*holds)(const DrawnCall&);
};

Dims made_dims(const Step& step) {
    Dims dims;
    for (const SplValue& item : std::get<Array>(step.args[1]).items) dims.push_back(item.as_int);
    return dims;
}

bool makes_from_data(const Step& step) { return step.fn == Fn::from_data || step.fn == Fn::from_i64_data; }

// The function that gave a tensor its dtype: from_data, from_i64_data, to_float32 or another.
Fn dtype_source(const DrawnCall& call, size_t step) {
    const Step& at = call.before[step];
    const bool layout = at.fn == Fn::transpose || at.fn == Fn::permute || at.fn == Fn::slice;
    return layout ? dtype_source(call, at.refs[0].step) : at.fn;
}

template <typename Holds>
bool any_step(const DrawnCall& call, const Holds& holds) {
    for (const Step& step : call.before)
        if (holds(step)) return true;
    return false;
}

const TableShare kTableShares[] = {
    {"table-empty", 0.05,
     [](const DrawnCall& call) {
         return any_step(call, [](const Step& step) { return makes_from_data(step) && product(made_dims(step)) == 0; });
     }},
    {"table-0-d", 0.10,
     [](const DrawnCall& call) {
         return any_step(call, [](const Step& step) { return makes_from_data(step) && made_dims(step).empty(); });
     }},
    {"table-non-contiguous", 0.20,
     [](const DrawnCall& call) {
         return any_step(call, [](const Step& step) { return step.fn == Fn::transpose || step.fn == Fn::slice; });
     }},
    {"table-mixed-dtype", 0.10,
     [](const DrawnCall& call) {
         std::set<Fn> sources;
         for (const Ref& ref : call.step.refs) sources.insert(dtype_source(call, ref.step));
         return sources.size() > 1;
     }},
    {"table-over-12-dims", 0.03,
     [](const DrawnCall& call) {
         return any_step(call, [](const Step& step) { return makes_from_data(step) && made_dims(step).size() > 12; });
     }},
    {"table-requires-grad", 0.10,
     [](const DrawnCall& call) {
         return any_step(call, [](const Step& step) { return step.fn == Fn::set_requires_grad; });
     }},
};

constexpr int kDrawn = 4000;

void judge_share(const char* name, int count, double least) {
    testing::Test::RecordProperty(name, count);
    EXPECT_GE(count, least * kDrawn) << name << ": " << count << " of " << kDrawn << " drawn";
}

// Every function that gives a tensor computed from tensors has a row of its own, or a reason.
void every_gradient_has_a_row() {
    std::set<Fn> with_row;
    for (const Row& row : differentiable_rows()) with_row.insert(row.function);
    for (size_t i = 0; i < kFunctionCount; i++) {
        const Function& row = functions()[i];
        const std::string reason = without_gradient(row.id);
        EXPECT_EQ(reason.empty(), with_row.count(row.id) != 0)
            << row.name << (reason.empty() ? " has no gradient row" : " has a row, but " + reason);
    }
    testing::Test::RecordProperty("functions", static_cast<int>(with_row.size()));
    testing::Test::RecordProperty("rows", static_cast<int>(differentiable_rows().size()));
}

// A law is named by its function and itself; that add and mul both promote is one name for two laws.
void enough_laws(const Cases& laws) {
    constexpr size_t kLeast = 150;
    std::set<std::string> names;
    for (const Case& law : laws) names.insert(law.id.substr(law.id.rfind('/')));
    testing::Test::RecordProperty("laws", static_cast<int>(laws.size()));
    testing::Test::RecordProperty("names", static_cast<int>(names.size()));
    EXPECT_GE(names.size(), kLeast);
}

}  // namespace

Cases coverage_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    const auto add = [&](const std::string& name, std::function<void()> body) {
        cases.push_back({"coverage/" + name, "", {}, false, std::move(body)});
    };
    for (const Share& share : kShares) {
        const std::string id = std::string("coverage/") + share.name;
        add(share.name, [=] {
            int count = 0;
            Dice dice(case_seed(options.seed, id));
            for (int i = 0; i < kDrawn; i++) {
                const TensorSpec a = draw(Want(), Dice(dice.next()));
                const Dims partner = draw_partner(a.dims, Dice(dice.next()));
                count += share.holds(a, draw(Want().of(partner), Dice(dice.next())));
            }
            judge_share(share.name, count, share.least);
        });
    }
    for (const TableShare& share : kTableShares) {
        const std::string id = std::string("coverage/") + share.name;
        add(share.name, [=] {
            Dice dice(case_seed(options.seed, id));
            int count = 0;
            for (int drawn = 0; drawn < kDrawn;) {
                const Fn fn = functions()[static_cast<size_t>(dice.integer(0, kFunctionCount - 1))].id;
                const DrawnCall call = draw_success(fn, Random(dice.next()));
                if (call.step.refs.empty()) continue;
                drawn++;
                count += share.holds(call);
            }
            judge_share(share.name, count, share.least);
        });
    }
    add("gradients", every_gradient_has_a_row);
    Cases laws = law_cases(backend, options);
    const Cases more = autograd_cases(backend, options);
    laws.insert(laws.end(), more.begin(), more.end());
    add("laws", [laws] { enough_laws(laws); });
    return cases;
}

}  // namespace simple::property

#include "ci/faults/self_test/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "ci/faults/self_test/made_fault.h"
#include "ci/testkit/call_record.h"

namespace simple::gate {
namespace {

Plan small_plan() {
    Plan plan;
    plan.cases = {{"other", "sub", {"E4"}, true},
                  {"plain", "add", {"V4"}, true},
                  {"promise", "add", {"E4"}, true},
                  {"defect", "add", {"D01"}, false},
                  {"last", "", {}, true}};
    return plan;
}

using Ids = std::vector<std::string>;
Ids ids_of(const std::vector<PlannedCase>& cases) {
    Ids ids;
    for (const auto& c : cases) ids.push_back(c.id);
    return ids;
}

Ids order(const Planted& planted, bool all) { return ids_of(cases_for(planted, small_plan(), all)); }

TEST(Selection, CasesOfTheFunctionComeFirst) {
    EXPECT_EQ(order(planted_in("add", "D01"), false), (Ids{"defect", "promise", "plain"}));
    EXPECT_EQ(order(planted_in("add", "D01"), true), (Ids{"defect", "promise", "plain", "other", "last"}));
    EXPECT_EQ(order(planted_in("mul"), false), Ids{});
}

// What a case called, as a suite tells it.
void add_calls(CallTable& calls, const std::string& id, const Ids& functions, Status status = Status::pass) {
    CaseResult result;
    result.id = id;
    result.status = status;
    for (const auto& function : functions) result.counts[kCalled + function] = 1;
    calls.add("golden", result);
}

TEST(Selection, ARowHasEachCaseInOnePart) {
    CallTable calls;
    add_calls(calls, "other", {"sub", "add"});
    add_calls(calls, "plain", {"add"});
    add_calls(calls, "last", {"sub", "free"});
    const Row row = row_for(planted_in("add"), "golden", small_plan(), calls);
    EXPECT_EQ(ids_of(row.naming), (Ids{"promise", "plain", "defect"})) << "whatever they call";
    EXPECT_EQ(ids_of(row.touching), Ids{"other"});
    EXPECT_EQ(ids_of(row.rest), Ids{"last"});
}

TEST(Selection, WhatACaseCalledAnyTimeCounts) {
    CallTable calls;
    add_calls(calls, "last", {"add"});
    add_calls(calls, "last", {"sub"});
    EXPECT_EQ(ids_of(row_for(planted_in("add"), "golden", small_plan(), calls).rest), Ids{});
    EXPECT_EQ(ids_of(row_for(planted_in("mul"), "golden", small_plan(), calls).rest), Ids{"last"});
}

// A gap in the record, or a fault that is everywhere, never makes a row shorter.
TEST(Selection, WhatIsNotKnownMayTouch) {
    CallTable calls;
    add_calls(calls, "other", {"sub"});
    add_calls(calls, "last", {}, Status::pass);
    add_calls(calls, "plain", {"sub"}, Status::skipped);
    const auto rest = [&](const Planted& planted, const std::string& row = "golden") {
        return ids_of(row_for(planted, row, small_plan(), calls).rest);
    };
    EXPECT_EQ(rest(planted_in("add")), Ids{"other"}) << "the last case has no record";
    EXPECT_EQ(rest(planted_in("mul")), Ids{"other"}) << "one that was skipped tells nothing";
    EXPECT_EQ(rest(planted_in("add"), "property"), Ids{});
    EXPECT_EQ(rest(planted_in("add"), "golden in stub"), Ids{});
    Planted planted = planted_in("add");
    planted.changes = {"(handles in)"};
    EXPECT_EQ(rest(planted), Ids{});
    planted.changes = {};
    EXPECT_EQ(rest(planted), Ids{});
    EXPECT_EQ(ids_of(row_for(planted_in("add"), "golden", small_plan(), CallTable()).touching), (Ids{"other", "last"}));
}

std::vector<Planted> many() {
    std::vector<Planted> faults;
    for (int i = 0; i < 60; ++i) {
        faults.push_back(planted_in("f" + std::to_string(i % 12)));
        faults.back().id = std::to_string(i);
        faults.back().suites = {"golden"};
        faults.back().in_stub = i % 5 == 0;
    }
    return faults;
}

TEST(Selection, WhatIsPlantedTogetherChangesDifferentThings) {
    size_t count = 0;
    for (const auto& group : together(many(), 4)) {
        EXPECT_LE(group.size(), 4u);
        std::set<std::string> changed;
        for (const auto& planted : group) {
            EXPECT_TRUE(changed.insert(planted.changes.front()).second);
            EXPECT_EQ(planted.in_stub, group.front().in_stub);
        }
        count += group.size();
        const Planted one = as_one(group);
        EXPECT_EQ(one.changes.size(), group.size());
        EXPECT_EQ(one.suites, Ids{"golden"});
    }
    EXPECT_EQ(count, many().size());
    Planted a = planted_in("add"), b = planted_in("mul");
    b.library = "libother.so";
    EXPECT_FALSE(compatible(a, b));
}

TEST(Selection, WhatCanBePlantedBesideAnother) {
    std::vector<Planted> faults(6, planted_in("add"));
    for (auto& planted : faults) planted.suites = {"golden"};
    faults[1].correct = true;
    faults[2].library = "libother.so";
    faults[3].kind = "latency";
    faults[4].suites = {"golden", "library"};
    faults[5].changes = {};
    EXPECT_EQ(faults_in_proxy(faults).size(), 1u);
}

TEST(Selection, ASeedDrawsTheSame) {
    const auto ids = [](const std::vector<Planted>& faults) {
        std::set<std::string> all;
        for (const auto& planted : faults) all.insert(planted.id);
        return all;
    };
    const auto sample = ids(sample_of(many(), 7));
    EXPECT_EQ(sample.size(), 3u) << "one in twenty of 60";
    EXPECT_EQ(ids(sample_of(many(), 7)), sample);
    EXPECT_NE(ids(sample_of(many(), 8)), sample);
    EXPECT_EQ(sample_of({planted_in("add")}, 7).size(), 1u);

    const auto pairs = pairs_of(many(), 100, 7);
    ASSERT_EQ(pairs.size(), 100u);
    std::set<std::string> distinct;
    for (const auto& pair : pairs) {
        EXPECT_TRUE(compatible(pair[0], pair[1]));
        EXPECT_NE(pair[0].function, pair[1].function);
        const Planted one = as_one(pair);
        EXPECT_TRUE(names_function(one, pair[0].function) && names_function(one, pair[1].function));
        EXPECT_FALSE(names_function(one, "f99") || names_function(one, ""));
        distinct.insert(one.id);
    }
    EXPECT_EQ(distinct.size(), pairs.size());
    EXPECT_EQ(as_one(pairs_of(many(), 100, 7)[40]).id, as_one(pairs[40]).id);
    EXPECT_TRUE(pairs_of({planted_in("add")}, 100, 7).empty()) << "one is no pair";
}

TEST(Selection, ShardsHaveEachFaultOnceAndEachKindInTurn) {
    std::vector<Planted> faults(23);
    for (size_t i = 0; i < faults.size(); ++i) {
        faults[i].id = std::to_string(i);
        faults[i].correct = i % 3 == 0;
        faults[i].kind = i % 5 == 0 ? "latency" : "values";
    }
    std::multiset<std::string> ids;
    for (unsigned index = 1; index <= 4; ++index) {
        const auto mine = dealt_faults(faults, {index, 4});
        EXPECT_GE(std::count_if(mine.begin(), mine.end(), [](const Planted& p) { return p.correct; }), 1);
        for (const auto& planted : mine) ids.insert(planted.id);
    }
    EXPECT_EQ(ids.size(), faults.size());
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), faults.size());
}

}  // namespace
}  // namespace simple::gate

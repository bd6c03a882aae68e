#include "ci/faults/self_test/self_test.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace simple::gate {
namespace {

Planted planted_in(const std::string& function, const std::string& defect = "") {
    Planted planted;
    planted.id = "x";
    planted.function = function;
    planted.promise = "E4";
    planted.defect = defect;
    return planted;
}

std::vector<std::string> order(const Planted& planted, bool all) {
    Plan plan;
    plan.cases = {{"other", "sub", {"E4"}, true},
                  {"plain", "add", {"V4"}, true},
                  {"promise", "add", {"E4"}, true},
                  {"defect", "add", {"D01"}, false},
                  {"last", "", {}, true}};
    std::vector<std::string> ids;
    for (const auto& c : cases_for(planted, plan, all)) ids.push_back(c.id);
    return ids;
}

TEST(SelfTest, CasesOfTheFunctionComeFirst) {
    EXPECT_EQ(order(planted_in("add", "D01"), false), (std::vector<std::string>{"defect", "promise", "plain"}));
    EXPECT_EQ(order(planted_in("add", "D01"), true),
              (std::vector<std::string>{"defect", "promise", "plain", "other", "last"}));
    EXPECT_EQ(order(planted_in("mul"), false), std::vector<std::string>{});
}

CaseResult failed(const std::string& function, std::vector<std::string> promises = {"V4"}) {
    CaseResult result;
    result.function = function;
    result.promises = std::move(promises);
    result.status = Status::fail;
    return result;
}

TEST(SelfTest, AFaultIsCaughtByACaseThatNamesItsFunctionAndItsDefect) {
    EXPECT_EQ(judge_catch(planted_in("add"), {}), Catch::missed);
    EXPECT_EQ(judge_catch(planted_in("add"), {failed("sub")}), Catch::elsewhere);
    EXPECT_EQ(judge_catch(planted_in("add"), {failed("sub"), failed("add")}), Catch::caught);
    EXPECT_EQ(judge_catch(planted_in("add", "D01"), {failed("add")}), Catch::elsewhere);
    EXPECT_EQ(judge_catch(planted_in("add", "D01"), {failed("add", {"D01"})}), Catch::caught);
    CaseResult skipped = failed("add", {"E4"}), passed = skipped;
    skipped.status = Status::skipped;
    passed.status = Status::pass;
    EXPECT_EQ(judge_catch(planted_in("add"), {skipped}), Catch::skipped);
    EXPECT_EQ(judge_catch(planted_in("add"), {skipped, passed}), Catch::missed) << "a case could have caught it";
    Planted correct = planted_in("");
    correct.correct = true;
    EXPECT_EQ(judge_catch(correct, {}), Catch::green);
    EXPECT_EQ(judge_catch(correct, {failed("add")}), Catch::red);
}

TEST(SelfTest, ShardsHaveEachFaultOnceAndEachKindInTurn) {
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

TEST(SelfTest, TheListIsRead) {
    const auto list = parse_planted(
        R"([{"id": "a", "function": "add", "suites": ["golden"]}, {"id": "b", "suites": ["library"], "correct": true}])");
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].suites, std::vector<std::string>{"golden"});
    EXPECT_TRUE(list[1].correct);
    EXPECT_THROW(parse_planted(R"([{"id": "a", "suites": []}, {"id": "a", "suites": []}])"), std::runtime_error);
}

}  // namespace
}  // namespace simple::gate

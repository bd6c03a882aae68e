#include "ci/faults/self_test/self_test.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ci/faults/self_test/made_fault.h"

namespace simple::gate {
namespace {

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

TEST(SelfTest, OfTwoFaultsTheFirstFailureHasToNameOne) {
    Planted pair = planted_in("add");
    pair.other_function = "mul";
    pair.promise = "";
    EXPECT_EQ(judge_catch(pair, {failed("mul"), failed("sub")}), Catch::caught);
    EXPECT_EQ(judge_catch(pair, {failed("sub"), failed("add")}), Catch::elsewhere);
    EXPECT_EQ(judge_catch(pair, {}), Catch::missed);
    CaseResult skipped = failed("mul"), passed = failed("sub");
    skipped.status = Status::skipped;
    passed.status = Status::pass;
    EXPECT_EQ(judge_catch(pair, {skipped, passed}), Catch::skipped) << "what might have noticed was skipped";
}

TEST(SelfTest, TheListIsRead) {
    const auto list = parse_planted(
        R"([{"id": "a", "function": "add", "suites": ["golden"], "changes": ["add"]}, {"id": "b", "suites": ["library"], "correct": true}])");
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].suites, std::vector<std::string>{"golden"});
    EXPECT_EQ(list[0].changes, std::vector<std::string>{"add"});
    EXPECT_TRUE(list[1].correct);
    EXPECT_THROW(parse_planted(R"([{"id": "a", "suites": []}, {"id": "a", "suites": []}])"), std::runtime_error);
}

}  // namespace
}  // namespace simple::gate

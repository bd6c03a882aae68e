#include "reports/scorecard.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace simple::gate {
namespace {

CaseResult skipped_for(const std::string& function, const std::string& message) {
    CaseResult c;
    c.step = "suite";
    c.suite = "property";
    c.function = function;
    c.status = Status::skipped;
    c.capability = "symbol";
    c.message = message;
    return c;
}

TEST(Scorecard, NamesTheFunctionsAtWhichMostCasesStop) {
    Verdict verdict;
    verdict.cases = {skipped_for("add", "the backend has no rt_torch_torchtensor_sum"),
                     skipped_for("add", "the backend has no rt_torch_torchtensor_sum\nwhich was asked for"),
                     skipped_for("exp", ""),  // its own function, which nobody had to call
                     skipped_for("", "not one word of a function")};
    CaseResult of_values = skipped_for("exp", "the backend has no rt_torch_torchtensor_exp");
    of_values.capability = "values";
    verdict.cases.push_back(of_values);
    EXPECT_EQ(next_functions(verdict),
              "missing functions at which most cases stop: rt_torch_torchtensor_sum (2), rt_torch_torchtensor_exp (1)");
}

TEST(Scorecard, ShowsFiveFunctions) {
    Verdict verdict;
    for (const char* name : {"add", "sub", "mul", "div", "exp", "log"}) verdict.cases.push_back(skipped_for(name, ""));
    for (const char* name : {"exp", "log"}) verdict.cases.push_back(skipped_for(name, ""));
    EXPECT_EQ(next_functions(verdict),
              "missing functions at which most cases stop: rt_torch_torchtensor_log (2), rt_torch_torchtensor_exp (2), "
              "rt_torch_torchtensor_sub (1), rt_torch_torchtensor_mul (1), rt_torch_torchtensor_div (1)");
}

TEST(Scorecard, SaysNothingWhereNothingIsMissing) { EXPECT_EQ(next_functions(Verdict()), ""); }

TEST(Scorecard, CountsWhatIsThereAndWhatPassed) {
    Verdict verdict;
    verdict.sets.push_back({"core", 103, 104, {"rt_torch_torchtensor_add"}});
    CaseResult passes = skipped_for("sub", "");
    passes.status = Status::pass;
    verdict.cases = {passes, skipped_for("add", "")};
    for (const auto& score : scorecard(verdict)) {
        if (score.name != "arithmetic") continue;
        EXPECT_EQ(score.functions - score.present, 1u);
        EXPECT_EQ(score.cases, 2u);
        EXPECT_EQ(score.passed, 1u);
        return;
    }
    FAIL() << "no category arithmetic";
}

}  // namespace
}  // namespace simple::gate

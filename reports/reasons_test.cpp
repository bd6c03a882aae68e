#include "reports/reasons.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "reports/page/made_runs.h"

namespace simple::gate {
namespace {

bool tells(const Verdict& verdict, const std::string& part) {
    const std::vector<std::string> all = reasons(verdict);
    return std::any_of(all.begin(), all.end(),
                       [&](const std::string& reason) { return reason.find(part) != std::string::npos; });
}

TEST(Reasons, OfEveryOutcomeThereIsOne) {
    EXPECT_TRUE(tells(page::passing_run(), "7 steps passed, 12474 cases: 12474 pass"));
    EXPECT_TRUE(tells(page::failing_run(), " cases did not pass ("));
    EXPECT_TRUE(tells(page::failing_run(), "the waiver golden/svd/f64 large 3 is expired"));
    EXPECT_TRUE(tells(page::inconclusive_run(), "could not be told from their limits"));
    EXPECT_TRUE(tells(page::running_run(), "has not ended"));
    EXPECT_FALSE(reasons(Verdict()).empty());
}

TEST(Reasons, WhatWasNotRunIsOne) {
    Verdict verdict = page::passing_run();
    verdict.steps[5].status = StepStatus::not_built;
    judge(verdict);
    EXPECT_TRUE(tells(verdict, "suite: the step was not built"));
    verdict.run.interrupted = true;
    EXPECT_TRUE(tells(verdict, "interrupted"));
}

}  // namespace
}  // namespace simple::gate

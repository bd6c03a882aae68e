#include "bench/errors/judge.h"

#include <gtest/gtest.h>

namespace simple::bench {
namespace {

MeasuredPath path(const std::string& name, double ratio, int throws = 1, int others = 0) {
    MeasuredPath p;
    p.name = name;
    p.throws = throws;
    p.others = others;
    p.ratio = {ratio * 0.9, ratio, ratio * 30};  // one process was disturbed
    p.ns = p.ratio;
    return p;
}

Errors judged(std::vector<MeasuredPath> paths) {
    Errors errors;
    errors.paths = std::move(paths);
    judge(errors, 4);
    return errors;
}

TEST(JudgeErrors, PathsWithinTheFactorPass) {
    const Errors errors = judged({path("sum/handle zero/0", 2), path("t/over 2-D/0", 2.5), path("matmul/0-d/0", 7.9)});
    for (const MeasuredPath& each : errors.paths) EXPECT_EQ(each.problem, "");
    EXPECT_EQ(errors.cheapest, 2);
    EXPECT_EQ(errors.middle, 2.5);
    EXPECT_EQ(errors.dearest, 7.9);
}

TEST(JudgeErrors, OnePathThatIsCheapMakesNoOtherDear) {
    const Errors errors = judged({path("sum/handle zero/0", 0.1), path("t/over 2-D/0", 2), path("matmul/0-d/0", 3)});
    for (const MeasuredPath& each : errors.paths) EXPECT_EQ(each.problem, "");
}

TEST(JudgeErrors, PathBeyondTheFactorIsNamed) {
    const Errors errors = judged({path("sum/handle zero/0", 2), path("t/over 2-D/0", 2), path("matmul/0-d/0", 8.4)});
    EXPECT_EQ(errors.paths[0].problem, "");
    EXPECT_EQ(errors.paths[1].problem, "");
    EXPECT_EQ(errors.paths[2].problem, "costs 4.2 times what paths do at the median, over 4");
}

TEST(JudgeErrors, WhatThrowsNothingIsNoMeasureOfTheOthers) {
    const Errors errors = judged({path("add/handle zero/0", 0.02, 0), path("matmul/0-d/0", 8)});
    EXPECT_EQ(errors.paths[0].reason, "throws nothing");
    EXPECT_EQ(errors.paths[1].problem, "");
    EXPECT_EQ(errors.cheapest, 8);
}

TEST(JudgeErrors, ExceptionsOfOthersAndSecondOnesAreNoWayToAnError) {
    const Errors errors = judged({path("view/two -1/0", 2, 1, 1), path("view/two -1/1", 2, 2)});
    EXPECT_EQ(errors.paths[0].problem, "throws an exception that is not the library's own");
    EXPECT_EQ(errors.paths[1].problem, "throws 2 times");
}

TEST(JudgeErrors, WorkThatFindsTheErrorStandsOutside) {
    const Errors errors = judged({path("sum/handle zero/0", 2), path("stack/over 2^46 bytes/2", 3000),
                                  path("backward/a used graph/0", 30, 3, 1)});
    for (const MeasuredPath& each : errors.paths) EXPECT_EQ(each.problem, "");
    EXPECT_EQ(errors.dearest, 2);
    EXPECT_NE(judged({path("stack/over 2^46 bytes/2", 3000, 1, 1)}).paths[0].problem, "");
}

TEST(JudgeErrors, WhatWasNotCarriedOutKeepsItsProblem) {
    MeasuredPath ended = path("sum/handle zero/0", 2);
    ended.problem = "ends the process: signal 11";
    const Errors errors = judged({ended, path("matmul/0-d/0", 8)});
    EXPECT_EQ(errors.paths[0].problem, ended.problem);
    EXPECT_EQ(errors.cheapest, 8);
}

}  // namespace
}  // namespace simple::bench

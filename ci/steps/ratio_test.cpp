#include "ci/steps/ratio.h"

#include <gtest/gtest.h>

#include <cmath>

namespace simple::gate {
namespace {

constexpr RatioLimit kLimit{1.25, 0.99};

std::vector<RatioSample> samples(size_t count, double ratio, double null = 1) {
    return std::vector<RatioSample>(count, {ratio, null});
}

Judged judged(const std::vector<double>& ratios, bool last = false, double null = 1) {
    std::vector<RatioSample> taken;
    for (double ratio : ratios) taken.push_back({ratio, null});
    return judge_ratio(taken, kLimit, last);
}

TEST(Ratio, NeedsAsManyProcessesAsItsConfidenceTakes) {
    EXPECT_EQ(judge_ratio(samples(7, 1), kLimit, false), Judged::more);
    EXPECT_EQ(judge_ratio(samples(7, 9), kLimit, false), Judged::more);
    EXPECT_EQ(judge_ratio(samples(8, 1), kLimit, false), Judged::pass);
    EXPECT_EQ(judge_ratio(samples(8, 9), kLimit, false), Judged::fail);
    EXPECT_EQ(judge_ratio(samples(4, 1), {1.25, 0.90}, false), Judged::more);
    EXPECT_EQ(judge_ratio(samples(5, 1), {1.25, 0.90}, false), Judged::pass);
    EXPECT_EQ(judge_ratio({}, kLimit, false), Judged::more);
    EXPECT_EQ(judge_ratio({}, kLimit, true), Judged::inconclusive);
    EXPECT_EQ(judge_ratio(samples(7, 1), kLimit, true), Judged::inconclusive) << "too few to say anything";
}

TEST(Ratio, PassesWhereTheWholeIntervalIsWithinAndFailsWhereAllOfItIsBeyond) {
    EXPECT_EQ(judged({1, 1, 1, 1, 1, 1, 1, 1.25}), Judged::pass) << "the limit itself is within";
    EXPECT_EQ(judged({1, 1, 1, 1, 1, 1, 1, 1.26}), Judged::more);
    EXPECT_EQ(judged({1.26, 9, 9, 9, 9, 9, 9, 9}), Judged::fail);
    EXPECT_EQ(judged({1.25, 9, 9, 9, 9, 9, 9, 9}), Judged::more);
    EXPECT_EQ(judged({1, 1, 1, 1, 9, 9, 9, 9}), Judged::more);
    EXPECT_EQ(judged({1, 1, 1, 1, 9, 9, 9, 9}, true), Judged::inconclusive) << "never red where it cannot be told";
}

TEST(Ratio, OneStrayProcessAmongManyIsOutsideTheInterval) {
    std::vector<double> ratios(12, 1.0);
    ratios[3] = 40;
    EXPECT_EQ(judged(ratios), Judged::pass);
    std::vector<double> slow(12, 2.0);
    slow[5] = 0.1;
    EXPECT_EQ(judged(slow), Judged::fail);
}

TEST(Ratio, ByWhatTheNullIsOffTheIntervalIsWidened) {
    for (double null : {1.1, 1 / 1.1}) {
        EXPECT_EQ(judge_ratio(samples(8, 1.13, null), kLimit, false), Judged::pass);
        EXPECT_EQ(judge_ratio(samples(8, 1.15, null), kLimit, false), Judged::more);
        EXPECT_EQ(judge_ratio(samples(24, 1.15, null), kLimit, true), Judged::inconclusive);
        EXPECT_EQ(judge_ratio(samples(24, 1.37, null), kLimit, true), Judged::inconclusive) << "the bias may be all";
        EXPECT_EQ(judge_ratio(samples(8, 1.38, null), kLimit, false), Judged::fail);
    }
}

TEST(Ratio, ANullThatIsFarOffSaysNothingInEitherDirection) {
    for (double null : {0.7, 1.3})
        for (double ratio : {0.5, 9.0}) {
            EXPECT_EQ(judge_ratio(samples(8, ratio, null), kLimit, false), Judged::more);
            EXPECT_EQ(judge_ratio(samples(24, ratio, null), kLimit, true), Judged::inconclusive);
        }
}

TEST(Ratio, WhatIsNoNumberNeverPasses) {
    EXPECT_NE(judge_ratio(samples(8, std::nan("")), kLimit, true), Judged::pass);
    EXPECT_NE(judge_ratio(samples(8, 1, std::nan("")), kLimit, true), Judged::pass);
}

TEST(Ratio, TheDescriptionSaysHowTheNumberWasObtained) {
    const std::string text = described(samples(8, 1.5, 1.001), kLimit);
    EXPECT_EQ(text, "1.5 (limit 1.25; 99 % interval 1.5 to 1.5, 8 processes; null 1.001)");
    EXPECT_EQ(described(samples(1, 0.5), kLimit), "0.5 (limit 1.25; too few for an interval, 1 process)");
}

}  // namespace
}  // namespace simple::gate

#include <gtest/gtest.h>

#include "bench/direct/measure.h"

namespace simple::bench {
namespace {

Measured row(double low, double high, bool null = false) {
    Measured r;
    r.name = null ? "null/add" : "add/smallest";
    r.null = null;
    r.limit = null ? 1.02 : 1.10;
    for (int i = 0; i < 8; ++i) r.cost.push_back(low + (high - low) * i / 7);
    r.abi_ns = r.direct_ns = r.unit_ns = r.cost;
    return r;
}

Judged judged(const Measured& r, const Measured& null) {
    std::vector<Measured> rows{null, r};
    judge(rows);
    EXPECT_EQ(rows[1].message.empty(), rows[1].judged == Judged::pass) << rows[1].message;
    return rows[1].judged;
}

const Measured kGoodNull = row(0.995, 1.005, true);

TEST(Judge, IntervalWithinTheLimitPasses) {
    EXPECT_EQ(judged(row(1.04, 1.09), kGoodNull), Judged::pass);
    EXPECT_EQ(judged(row(0.80, 0.90), kGoodNull), Judged::pass);
}

TEST(Judge, IntervalOverTheLimitFails) { EXPECT_EQ(judged(row(1.11, 1.2), kGoodNull), Judged::fail); }

TEST(Judge, LimitInTheIntervalIsUnclear) { EXPECT_EQ(judged(row(1.05, 1.15), kGoodNull), Judged::inconclusive); }

TEST(Judge, NullThatIsOffAcquitsNobodyAndConvictsNobody) {
    const Measured off = row(1.03, 1.05, true);
    EXPECT_EQ(judged(row(1.11, 1.2), off), Judged::inconclusive);
    EXPECT_EQ(judged(row(1.04, 1.09), off), Judged::pass);
    std::vector<Measured> rows{off};
    judge(rows);
    EXPECT_EQ(rows[0].judged, Judged::inconclusive);
}

TEST(Judge, FailureIsBeyondWhatTheNullShows) {
    EXPECT_EQ(judged(row(1.11, 1.2), row(0.9, 1.12, true)), Judged::inconclusive);
}

TEST(Judge, LaterLookNeedsMoreConfidence) {
    // 21 processes, of which 4 are over the limit: enough for 99 %, the ranks of which are 5 and 17, and not for 99.9
    // %.
    Measured r = row(1, 1);
    r.cost.assign(17, 1.05);
    r.cost.insert(r.cost.end(), 4, 1.2);
    EXPECT_EQ(judged(r, kGoodNull), Judged::pass);
    r.confidence = 0.999;
    EXPECT_EQ(judged(r, kGoodNull), Judged::inconclusive);
}

// Of so many processes, with one disturbed at either end.
Measured disturbed(int processes) {
    Measured r = row(1, 1);
    r.cost.assign(static_cast<size_t>(processes) - 2, 1.05);
    r.cost.insert(r.cost.end(), {0.5, 1.5});
    return r;
}

TEST(Looks, OneDisturbedProcessCostsOneMoreLook) {
    const Measuring measuring;
    EXPECT_EQ(judged(disturbed(measuring.processes), kGoodNull), Judged::inconclusive);
    Measured again = disturbed(measuring.processes + measuring.confirm);
    look_again(again);
    EXPECT_EQ(judged(again, kGoodNull), Judged::pass);
    Measured fewer = disturbed(measuring.processes + measuring.confirm - 1);
    look_again(fewer);
    EXPECT_EQ(judged(fewer, kGoodNull), Judged::inconclusive) << "no fewer would do";
}

TEST(Looks, ErrTogetherLessThanTwiceAsOftenAsTheFirst) {
    const Measuring measuring;
    Measured r = row(1, 1);
    double error = 1 - r.confidence;
    for (int round = 0; round < measuring.rounds; ++round) {
        const double before = 1 - r.confidence;
        look_again(r);
        EXPECT_NEAR(1 - r.confidence, before / 2, 1e-12);
        error += 1 - r.confidence;
    }
    EXPECT_GT(error, 0.0196);
    EXPECT_LT(error, 0.02);
}

TEST(Judge, RowWithoutSamplesStaysWhatBecameOfIt) {
    Measured crashed = row(1, 1);
    crashed.cost.clear();
    crashed.judged = Judged::crash;
    crashed.message = "signal 11";
    EXPECT_EQ(judged(crashed, kGoodNull), Judged::crash);
}

}  // namespace
}  // namespace simple::bench

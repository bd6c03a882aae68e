#include "bench/history/change_points.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace simple::history {
namespace {

// Runs as they are: mostly within half a percent, one in twenty far off.
class Noise {
  public:
    explicit Noise(unsigned seed) : random_(seed) {}
    double operator()() {
        const double width = std::uniform_int_distribution<>(0, 19)(random_) == 0 ? 0.05 : 0.005;
        return std::normal_distribution<double>(0, width)(random_);
    }

  private:
    std::mt19937 random_;
};

struct Level {
    size_t runs;
    double ratio;
};

std::vector<double> series(const std::vector<Level>& levels, unsigned seed) {
    Noise noise(seed);
    std::vector<double> values;
    for (const Level& level : levels)
        for (size_t i = 0; i < level.runs; ++i) values.push_back(std::log(level.ratio) + noise());
    return values;
}

std::vector<size_t> found(const std::vector<double>& values) {
    std::vector<size_t> at;
    for (const ChangePoint& point : change_points(values)) at.push_back(point.at);
    return at;
}

TEST(ChangePoints, NoneInShortOrEqualSeries) {
    for (const size_t runs : {0, 1, 7, 8, 500})
        EXPECT_TRUE(change_points(std::vector<double>(runs, 0.1)).empty()) << runs;
}

TEST(ChangePoints, FoundWhereItIs) {
    const auto points = change_points(series({{60, 1.0}, {40, 1.03}}, 1));
    ASSERT_EQ(points.size(), 1u);
    EXPECT_NEAR(static_cast<double>(points[0].at), 60, 2);
    EXPECT_NEAR(points[0].after - points[0].before, std::log(1.03), 0.004);
    EXPECT_LE(points[0].p_value, kSeriesError);
}

TEST(ChangePoints, FoundNearTheEnd) { EXPECT_EQ(found(series({{200, 1.0}, {12, 1.1}}, 2)), std::vector<size_t>{200}); }

TEST(ChangePoints, AChangeThatWasTakenBackIsTwo) {
    const auto at = found(series({{150, 1.0}, {30, 1.05}, {150, 1.0}}, 3));
    ASSERT_EQ(at.size(), 2u);
    EXPECT_NEAR(static_cast<double>(at[0]), 150, 2);
    EXPECT_NEAR(static_cast<double>(at[1]), 180, 2);
}

TEST(ChangePoints, AShortLevelBetweenOthersIsFoundAtBothEnds) {
    int with_all = 0;
    for (unsigned seed = 0; seed < 100; ++seed)
        with_all += found(series({{69, 1.0}, {15, 1.045}, {120, 1.0}, {27, 0.95}, {15, 1.0}}, seed)).size() == 4;
    EXPECT_GE(with_all, 90);
}

TEST(ChangePoints, AHandfulOfRunsIsEnoughForALargeChange) {
    EXPECT_EQ(found(series({{90, 1.0}, {7, 1.2}}, 2)), std::vector<size_t>{90});
}

TEST(ChangePoints, TenSmallStepsAreALargeOne) {
    std::vector<Level> steps;
    for (int i = 0; i < 10; ++i) steps.push_back({100, 1 + 0.006 * i});
    const auto points = change_points(series(steps, 4));
    ASSERT_FALSE(points.empty());
    EXPECT_NEAR(points.back().after - points.front().before, std::log(1.054), 0.01);
}

TEST(ChangePoints, WhatIsTooSmallIsNotTold) { EXPECT_TRUE(found(series({{3000, 1.0}, {3000, 1.002}}, 5)).empty()); }

TEST(ChangePoints, OneWildRunIsNone) {
    std::vector<double> values = series({{100, 1.0}}, 6);
    values[50] = 3;
    EXPECT_TRUE(found(values).empty());
}

// At most one series in a hundred may be given a change; of 400 more than 12 have a probability of 1e-4.
TEST(ChangePoints, TheErrorOfASeriesHolds) {
    int with_a_change = 0;
    for (unsigned seed = 0; seed < 400; ++seed) with_a_change += !found(series({{200, 1.0}}, 100 + seed)).empty();
    EXPECT_LE(with_a_change, 12);
}

TEST(ChangePoints, ThreePercentIsFoundIn) {
    int with_it = 0;
    for (unsigned seed = 0; seed < 100; ++seed) with_it += !found(series({{50, 1.0}, {20, 1.03}}, 1000 + seed)).empty();
    EXPECT_GE(with_it, 99);
}

}  // namespace
}  // namespace simple::history

#include "reports/statistics.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <stdexcept>

namespace simple::statistics {
namespace {

std::vector<double> one_to(int count) {
    std::vector<double> values(static_cast<size_t>(count));
    std::iota(values.begin(), values.end(), 1.0);
    return values;
}

TEST(Median, OddEvenAndUnsorted) {
    EXPECT_EQ(median({3, 1, 2}), 2);
    EXPECT_EQ(median({4, 1, 3, 2}), 2.5);
    EXPECT_EQ(median({7}), 7);
    EXPECT_THROW(median({}), std::invalid_argument);
}

// Ranks from tables of the binomial distribution (Conover, Practical Nonparametric Statistics, table A3).
TEST(MedianInterval, RanksAreThoseOfTheTables) {
    const auto ranks = [](int count, double confidence) {
        const Interval interval = median_interval(one_to(count), confidence);
        return std::pair(interval.low, interval.high);
    };
    EXPECT_EQ(ranks(20, 0.95), std::pair(6.0, 15.0));
    EXPECT_EQ(ranks(20, 0.99), std::pair(4.0, 17.0));
    EXPECT_EQ(ranks(10, 0.95), std::pair(2.0, 9.0));
    EXPECT_EQ(ranks(6, 0.95), std::pair(1.0, 6.0));
}

TEST(MedianInterval, TooFewSamplesGiveNone) {
    EXPECT_THROW(median_interval(one_to(5), 0.95), std::invalid_argument);
    EXPECT_THROW(median_interval(one_to(7), 0.99), std::invalid_argument);
    EXPECT_NO_THROW(median_interval(one_to(8), 0.99));
    EXPECT_THROW(median_interval({}, 0.5), std::invalid_argument);
}

// A skewed distribution of known median: the interval covers it as often as it says, and not much more often.
TEST(MedianInterval, CoversWhatItSays) {
    std::mt19937_64 engine(20);
    std::lognormal_distribution<double> draw(0, 1);
    int covered = 0;
    constexpr int kRuns = 20000;
    for (int run = 0; run < kRuns; ++run) {
        std::vector<double> samples(20);
        for (double& sample : samples) sample = draw(engine);
        const Interval interval = median_interval(samples, 0.95);
        covered += interval.low <= 1 && 1 <= interval.high;
    }
    // Exactly 0.9586 for ranks 6 and 15 of 20; five standard deviations of 20,000 draws are 0.007.
    EXPECT_NEAR(static_cast<double>(covered) / kRuns, 0.9586, 0.007);
}

}  // namespace
}  // namespace simple::statistics

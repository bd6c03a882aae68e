// Whether decisions on samples that were drawn come out as often as the test's distribution says.
#include <gtest/gtest.h>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <random>

#include "bench/compare/decide.h"
#include "bench/compare/proportion.h"

namespace simple::compare {
namespace {

constexpr size_t kProcesses = 20;
constexpr double kSpread = 0.01;  // of a process's ratio about the true one

// The chance that one judged call, slower by so much, is called regressed: at least so many of the processes lie beyond
// the margin that the sign test falls in a family of two hypotheses, slower and faster.
double expected_power(double slowdown) {
    size_t needed = 0;
    while (sign_test(needed, kProcesses) > kFamilyError / 2) ++needed;
    const double beyond = cdf(complement(boost::math::normal(1 + slowdown, kSpread), 1 + kMargin));
    const boost::math::binomial processes(static_cast<double>(kProcesses), beyond);
    return cdf(complement(processes, static_cast<double>(needed) - 1));
}

bool found(double slowdown, std::mt19937& random) {
    std::normal_distribution<double> noise(0, kSpread);
    Row row;
    row.name = "add/smallest";
    row.screened.ratio.assign(6, 1 + slowdown);
    for (size_t i = 0; i < kProcesses; ++i) {
        row.confirmed.ratio.push_back(1 + slowdown + noise(random));
        row.confirmed.null.push_back(1 + noise(random) / 100);
        row.confirmed.relink.push_back(1 + noise(random) / 100);
    }
    std::vector<Row> rows{row};
    decide(rows);
    return rows[0].decision == Decision::regressed;
}

// Each expectation misses with a chance of one in a million.
TEST(Power, IsThatOfTheSignTest) {
    constexpr double kSure = 0.999999;
    constexpr size_t kComparisons = 4000;
    std::mt19937 random(22);
    for (const double slowdown : {0.0, 0.01, 0.015, 0.02, 0.03, 0.05}) {
        size_t hits = 0;
        for (size_t i = 0; i < kComparisons; ++i) hits += found(slowdown, random);
        const statistics::Interval seen = clopper_pearson(hits, kComparisons, kSure);
        const double expected = expected_power(slowdown);
        EXPECT_LE(seen.low, expected) << slowdown;
        EXPECT_GE(seen.high, expected) << slowdown;
    }
    EXPECT_LT(expected_power(0.01), kFamilyError / 2) << "at the margin it is the error";
    EXPECT_GT(expected_power(0.03), 0.99);
}

}  // namespace
}  // namespace simple::compare

#include "bench/history/rank_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace simple::history {
namespace {

// P(U <= u) by going through every arrangement: bit i is whether the value of rank i is one of the first.
double counted(size_t first, size_t rest, size_t u) {
    size_t all = 0, within = 0;
    for (unsigned bits = 0; bits < 1u << (first + rest); ++bits) {
        size_t ones = 0, pairs = 0;
        for (size_t i = 0; i < first + rest; ++i)
            if (bits >> i & 1) pairs += i - ones++;
        if (ones != first) continue;
        ++all;
        within += pairs <= u;
    }
    return static_cast<double>(within) / static_cast<double>(all);
}

TEST(RankSum, IsWhatCountingEveryArrangementGives) {
    for (const size_t first : {1, 4, 6, 9})
        for (const size_t rest : {4, 7})
            for (size_t u = 0; 2 * u < first * rest; ++u) {
                const double wanted = std::min(1.0, 2 * counted(first, rest, u));
                EXPECT_NEAR(rank_sum_p_value(first, rest, static_cast<double>(u), 1), wanted, 1e-12);
                EXPECT_NEAR(rank_sum_p_value(first, rest, static_cast<double>(first * rest - u), 1), wanted, 1e-12);
            }
}

TEST(RankSum, OfAHandfulAgainstManyIsExact) {
    double arrangements = 1;  // 97 choose 7
    for (int i = 1; i <= 7; ++i) arrangements = arrangements * (90 + i) / i;
    EXPECT_NEAR(rank_sum_p_value(90, 7, 0, 1) * arrangements, 2, 1e-9);
    EXPECT_NEAR(rank_sum_p_value(7, 90, 1, 1) * arrangements, 4, 1e-9);
}

TEST(RankSum, ExactAndApproximateMeet) {
    for (const double u : {600.0, 700.0, 780.0}) {
        const double exact = rank_sum_p_value(16, 100, u, 1), approximate = rank_sum_p_value(16, 100, u, 1 - 1e-12);
        EXPECT_NEAR(exact / approximate, 1, 0.03) << u;
    }
}

}  // namespace
}  // namespace simple::history

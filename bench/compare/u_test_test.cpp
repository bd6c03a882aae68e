#include "bench/compare/u_test.h"

#include <gtest/gtest.h>

namespace simple::compare {
namespace {

// Each p is that of scipy 1.17.1: mannwhitneyu(a, b, alternative="two-sided").pvalue.
TEST(UTest, GivesWhatCompareDotPyHas) {
    EXPECT_NEAR(u_test({99.26, 100.15, 98.74, 99.65, 100.7, 100.06, 99.59, 102.19, 100.06, 99.41, 100.16, 99.48},
                       {100.41, 100.45, 102.83, 100.82, 100.98, 101.47, 102.82, 100.58, 100.18, 103.27, 99.34, 100.43}),
                0.005098277794071192, 1e-12);
    EXPECT_NEAR(u_test({1, 2, 2, 3, 4, 4, 4, 5, 6, 7}, {2, 3, 4, 5, 5, 6, 7, 8, 8, 9}), 0.07324353843887556, 1e-12);
}

TEST(UTest, OfFewIsExactUnlessSomeAreEqual) {
    EXPECT_NEAR(u_test({1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}), 0.0021645021645021645, 1e-12);
    EXPECT_NEAR(u_test({98.8, 98.9, 100.7, 97.7, 99.9, 97.7}, {102.1, 101.2, 102.4, 100.5, 101.4, 100.7}),
                0.010138894872764584, 1e-12);
    EXPECT_NEAR(u_test({1, 2, 3, 4}, {2, 3, 4, 5, 6}), 0.2148469474056489, 1e-12);
}

TEST(UTest, OfNothingOrEqualValuesIsOne) {
    EXPECT_EQ(u_test({}, {1}), 1);
    EXPECT_EQ(u_test(std::vector<double>(10, 5.0), std::vector<double>(10, 5.0)), 1);
}

TEST(UTest, IsTheSameBothWays) { EXPECT_EQ(u_test({1, 2, 4}, {3, 5, 6}), u_test({3, 5, 6}, {1, 2, 4})); }

}  // namespace
}  // namespace simple::compare

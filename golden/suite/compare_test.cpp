#include "golden/suite/compare.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace simple::golden {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const Tolerance kExact{};
Tolerance ulps(double n) {
    Tolerance t;
    t.ulp = n;
    return t;
}
Tolerance near(double rtol, double atol) {
    Tolerance t;
    t.ulp = -1, t.rtol = rtol, t.atol = atol;
    return t;
}

TEST(UlpDistance, CountsTheNumbersOfTheDtypeBetween) {
    EXPECT_EQ(ulp_distance(1, std::nextafter(1, 2), false), 1);
    EXPECT_EQ(ulp_distance(1, static_cast<double>(std::nextafterf(1, 2)), true), 1);
    EXPECT_EQ(ulp_distance(-0.0, 0.0, false), 0);
    EXPECT_EQ(ulp_distance(5e-324, -5e-324, false), 2);
    EXPECT_EQ(ulp_distance(NAN, NAN, false), 0);
    EXPECT_EQ(ulp_distance(NAN, 1, false), kInfinity);
}

TEST(Difference, HoldsTheLimitAndNotMore) {
    const double next = std::nextafter(1, 2);
    EXPECT_EQ(difference({next}, {1}, ulps(1), false), "");
    EXPECT_NE(difference({std::nextafter(next, 2)}, {1}, ulps(1), false), "");
    EXPECT_EQ(difference({1.0009}, {1}, near(1e-3, 0), false), "");
    EXPECT_NE(difference({1.0011}, {1}, near(1e-3, 0), false), "");
    EXPECT_EQ(difference({0.0009}, {0}, near(0, 1e-3), false), "");
}

TEST(Difference, NoLimitExcusesNanInfinityOrAnotherCount) {
    EXPECT_EQ(difference({NAN, kInfinity}, {NAN, kInfinity}, kExact, false), "");
    EXPECT_NE(difference({NAN}, {1}, near(1, 1e300), false), "");
    EXPECT_NE(difference({1}, {NAN}, near(1, 1e300), false), "");
    EXPECT_NE(difference({1e308}, {kInfinity}, near(1, 1e308), false), "");
    EXPECT_NE(difference({-kInfinity}, {kInfinity}, ulps(1e300), false), "");
    EXPECT_NE(difference({}, {1}, near(1, 1), false), "");
}

TEST(Difference, NothingBeyondFloat32IsNearItsLargest) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    EXPECT_EQ(difference({kLargest}, {kLargest}, ulps(3), true), "");
    EXPECT_NE(difference({kLargest * 1.001}, {kLargest}, ulps(3), true), "");
    EXPECT_EQ(difference({kLargest * 1.001}, {kLargest}, near(0.01, 0), false), "");
    EXPECT_EQ(difference({kLargest * 1.002}, {kLargest * 1.001}, near(0.01, 0), true), "");
}

TEST(Difference, TellsSignedZerosApartWhereAsked) {
    Tolerance exact;
    EXPECT_EQ(difference({-0.0}, {0.0}, exact, false), "");
    exact.signed_zero = true;
    EXPECT_NE(difference({-0.0}, {0.0}, exact, false), "");
}

TEST(Difference, NamesTheWorstElementItsDistanceAndTheLimit) {
    const std::string text = difference({1, 2.5, 3.25}, {1, 2, 3}, ulps(3), false);
    for (const char* part : {"2 of 3 elements", "at 1", "got 2.5", "expected 2", "ULP (0.5)", "limit 3.0 ULP"})
        EXPECT_NE(text.find(part), std::string::npos) << text << " does not hold " << part;
}

}  // namespace
}  // namespace simple::golden

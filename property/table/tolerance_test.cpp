#include "property/table/tolerance.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace simple::property {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr Tolerance kLoose{1e-3, 1e-5};

TEST(IsNear, HoldsTheLimitAndNotMore) {
    EXPECT_TRUE(is_near(1.0009, 1, {1e-3, 0}));
    EXPECT_FALSE(is_near(1.0011, 1, {1e-3, 0}));
    EXPECT_TRUE(is_near(0.0009, 0, {0, 1e-3}));
    EXPECT_FALSE(is_near(0.0011, 0, {0, 1e-3}));
    EXPECT_TRUE(is_near(-0.0, 0.0, {0, 0}));
}

TEST(IsNear, AnInfinityIsNearItselfAlone) {
    for (const Tolerance limit : {Tolerance{0, 0}, kLoose}) {
        EXPECT_TRUE(is_near(kInfinity, kInfinity, limit));
        EXPECT_TRUE(is_near(-kInfinity, -kInfinity, limit));
        for (const double got : {0.0, 1.0, kLargest, -kLargest, -kInfinity, kNaN})
            EXPECT_FALSE(is_near(got, kInfinity, limit)) << got;
        for (const double want : {0.0, 1.0, kLargest, -kLargest, -kInfinity, kNaN})
            EXPECT_FALSE(is_near(kInfinity, want, limit)) << want;
    }
}

TEST(IsNear, NaNIsNearNaNAlone) {
    EXPECT_TRUE(is_near(kNaN, kNaN, {0, 0}));
    EXPECT_FALSE(is_near(kNaN, 1, kLoose));
    EXPECT_FALSE(is_near(1, kNaN, kLoose));
}

TEST(IsNear, OppositeNumbersAreNotNearWhereTheirDistanceOverflows) {
    EXPECT_FALSE(is_near(kLargest, -kLargest, kLoose));
}

TEST(ToleranceOfFloat64, TellsWhatWasRoundedToFloat32) {
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Tolerance limit = tolerance(functions()[i].id, DType::f64);
        for (const double x : {0.1, 1.0 / 3, 1 + 0x1p-25, 3e5 + 0x1p-10})
            EXPECT_FALSE(is_near(static_cast<float>(x), x, limit)) << functions()[i].name << " of " << x;
    }
}

// The root of n squares that are added up one after the other.
float length(float element, int64_t n) {
    float sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += element * element;
    return std::sqrt(sum);
}

// Equal elements, whose roundings go one way: of 4097 or 65537 the sums lose more than 1e-5.
TEST(ToleranceOfSingularValues, TakesWhatOneSumOfAllSquaresLosesAndNotTwiceItsBound) {
    for (const int64_t n : {1, 4, 335, 4097, 65537}) {
        const Tolerance limit = tolerance(Fn::svd_all, DType::f32, n);
        for (const float element : {0.1f, 0.3f, 1.1f, 777.7f}) {
            const double want = std::sqrt(static_cast<double>(n)) * static_cast<double>(element);
            EXPECT_TRUE(is_near(static_cast<double>(length(element, n)), want, limit)) << n << " times " << element;
        }
        const double large = 1e6, lost = std::max(1e-5, static_cast<double>(n) * 0x1p-25);
        EXPECT_FALSE(is_near(large * (1 - 2 * lost), large, limit)) << n;
    }
}

TEST(ToleranceOfSingularValues, GrowsOnlyWhereSumsAreLong) {
    for (const int64_t n : {1, 4, 335}) {
        const Tolerance limit = tolerance(Fn::svd_all, DType::f32, n);
        EXPECT_EQ(limit.rtol, 1e-5) << n;
        EXPECT_EQ(limit.atol, 1e-4) << n;
    }
    EXPECT_EQ(tolerance(Fn::svd_all, DType::f32, 65537).atol, 1e-4);
    EXPECT_EQ(tolerance(Fn::svd_all, DType::f64, 65537).rtol, 1e-9);
}

}  // namespace
}  // namespace simple::property

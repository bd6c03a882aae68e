#include "property/table/tolerance.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace simple::property

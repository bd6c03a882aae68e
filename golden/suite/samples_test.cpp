#include "golden/suite/samples.h"

#include <gtest/gtest.h>

#include <cmath>

namespace simple::golden {
namespace {

// What golden/generator/compact.py makes of two rows: the first slots are 9, 40512 and 15478 of 65537, so that the
// first row's first element and the second's second are kept.
const Json kExpected{
    {"dtype", "f32"},
    {"shape", {2, 3}},
    {"samples", {1, 5}},
    {"sums", {(10 * 1 + 40513 * 2 + 15479 * 3) / 65536.0, (10 * 4 + 40513 * 5 + 15479 * 6) / 65536.0}}};
const std::vector<double> kRight{1, 2, 3, 4, 5, 6};

std::string misfit_of(const std::vector<double>& got, double rtol = 1e-6) {
    Tolerance tolerance;
    tolerance.ulp = -1, tolerance.rtol = rtol;
    return misfit(got, kExpected, tolerance, true);
}

TEST(Samples, TheRightOnesFit) {
    EXPECT_EQ(misfit_of(kRight), "");
    EXPECT_EQ(misfit_of(kRight, 0), "");
    EXPECT_EQ(misfit(kRight, kExpected, Tolerance(), true), "");
    std::vector<double> near = kRight;
    for (double& x : near) x *= 1 + 9e-7;
    EXPECT_EQ(misfit_of(near), "");
}

TEST(Samples, WhateverIsWrongIsSeen) {
    for (size_t i = 0; i < kRight.size(); ++i)
        for (const double wrong : {0.0, kRight[i] * 1.1, -kRight[i], static_cast<double>(NAN), HUGE_VAL}) {
            std::vector<double> got = kRight;
            got[i] = wrong;
            EXPECT_NE(misfit_of(got), "") << wrong << " at " << i;
        }
    EXPECT_NE(misfit_of({1, 2, 3, 1, 2, 3}), "") << "the first row again";
    EXPECT_NE(misfit_of({1, 3, 2, 4, 5, 6}), "") << "two elements that are not kept, exchanged";
    EXPECT_NE(misfit_of({1, 2, 3, 4, 5}), "");
    EXPECT_NE(misfit_of({1, 2, 3, 4, 6, 5}).find("one element a row"), std::string::npos);
}

}  // namespace
}  // namespace simple::golden

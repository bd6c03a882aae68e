#include "golden/suite/samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "golden/suite/elements.h"

namespace simple::golden {
namespace {

// What golden/generator/compact.py makes of two rows: the first slots are 9, 40512 and 15478 of 65537, so that the
// first row's first element and the second's second are kept.
const Json kExpected{
    {"dtype", "f32"},
    {"shape", {2, 3}},
    {"samples", {1, 5}},
    {"sums",
     {1 + 2 + 3 + (9 * 1 + 40512 * 2 + 15478 * 3) / 65536.0, 4 + 5 + 6 + (9 * 4 + 40512 * 5 + 15478 * 6) / 65536.0}}};
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

// As wide as the recorded ones, with the limit of softmax: an element is seen from 24 times that on, in each column.
TEST(Samples, AWideRowIsSummedInParts) {
    constexpr int64_t kWidth = 164, kRows = 3;
    std::vector<double> right;
    Json expected{{"shape", {kRows, kWidth}}, {"samples", Json::array()}, {"sums", Json::array()}};
    for (int64_t i = 0; i < kRows * kWidth; ++i) right.push_back(0.001 + static_cast<double>(i % 37) / 4096);
    for (int64_t row = 0; row < kRows; ++row) {
        const double* in_row = right.data() + row * kWidth;
        expected["samples"].push_back(in_row[slot(row) * kWidth / kSlots]);
        for (int64_t begin = 0; begin < kWidth; begin += 16) {
            double sum = 0;
            for (int64_t c = begin; c < std::min(begin + 16, kWidth); ++c)
                sum += in_row[c] * (1 + static_cast<double>(slot(c)) / 65536);
            expected["sums"].push_back(sum);
        }
    }
    Tolerance tolerance;
    tolerance.ulp = -1, tolerance.rtol = 1.3e-6, tolerance.atol = 1e-6;
    EXPECT_EQ(misfit(right, expected, tolerance, true), "");
    for (size_t i = 0; i < right.size(); ++i)
        for (const double wrong : {right[i] + 33e-6, 0.0}) {
            std::vector<double> got = right;
            got[i] = wrong;
            EXPECT_NE(misfit(got, expected, tolerance, true), "") << i;
        }
}

}  // namespace
}  // namespace simple::golden

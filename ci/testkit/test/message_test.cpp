#include "ci/testkit/message.h"

#include <gtest/gtest.h>

#include <cmath>

namespace simple {
namespace {

using Texts = std::vector<std::string>;

TEST(Message, WhatTheSymbolHoldsIsNotSaid) {
    const std::string text = without_symbol(Fn::dropout, std::string(function(Fn::dropout).symbol) + ": it failed");
    EXPECT_EQ(text, ": it failed");
    EXPECT_FALSE(has_word(text, "p"));
}

TEST(Message, AWordStandsForItself) {
    EXPECT_TRUE(has_word("dim -3 is outside [-2, 1]", "dim"));
    EXPECT_TRUE(has_word("kernel_size [0] is below 1", "kernel"));
    EXPECT_TRUE(has_word("not a p", "p"));
    EXPECT_FALSE(has_word("dims [2] hold", "dim"));
    EXPECT_FALSE(has_word("multidim", "dim"));
    EXPECT_FALSE(has_word("", "dim"));
}

TEST(Message, NumbersAreWhole) {
    EXPECT_EQ(numbers_in("x1 of int64 at [2,-3], 4-5 and 1e+39: 2^46, 7."),
              (Texts{"2", "-3", "4", "5", "1e+39", "2", "46", "7"}));
    EXPECT_TRUE(has_number("handle 9223372036854775807 is freed", INT64_MAX));
    EXPECT_FALSE(has_number("handle 9223372036854775806 is freed", INT64_MAX));
    EXPECT_FALSE(has_number("dim 12", int64_t{1}));
    EXPECT_FALSE(has_number("dim 1", int64_t{-1}));
}

TEST(Message, ANumberMayBeWrittenInAnyWay) {
    EXPECT_TRUE(has_number("p 1.500000", 1.5));
    EXPECT_TRUE(has_number("value 1E39 is too much", 1e39));
    EXPECT_TRUE(has_number("p nan is", std::nan("")));
    EXPECT_TRUE(has_number("p inf is", HUGE_VAL));
    EXPECT_FALSE(has_number("p 1.6", 1.5));
    EXPECT_FALSE(has_number("p is outside", 1.5));
}

}  // namespace
}  // namespace simple

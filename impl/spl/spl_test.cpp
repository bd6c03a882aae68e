#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "impl/errors/error.h"
#include "impl/spl/build.h"
#include "impl/spl/read.h"

namespace simple::spl {
namespace {

constexpr int64_t kMany = 2100;  // several blocks and a part of one
constexpr int64_t kPlaces[] = {0, 1, 511, 512, 513, 1023, 1024, 2047, 2048, 2099};

SplArray of(std::vector<SplValue>& items) {
    const auto count = static_cast<int64_t>(items.size());
    return {items.data(), count, count};
}

template <typename Read>
std::string fault_of(Read&& read) {
    try {
        read();
    } catch (const Fault& fault) {
        return std::string(fault.detail());
    }
    return "no fault";
}

TEST(Read, TakesFloatsAndIntsInAnyPlace) {
    std::vector<SplValue> items;
    for (int64_t i = 0; i < kMany; ++i) items.push_back(float_value(static_cast<double>(i) + 0.5));
    for (const int64_t place : kPlaces) items[static_cast<size_t>(place)] = int_value(-place);
    const SplArray array = of(items);
    std::vector<double> expected;
    for (int64_t i = 0; i < kMany; ++i) expected.push_back(static_cast<double>(i) + 0.5);
    for (const int64_t place : kPlaces) expected[static_cast<size_t>(place)] = static_cast<double>(-place);
    EXPECT_EQ(read_f64s(&array, "data"), expected);
}

TEST(Read, TakesWholeFloatsInAnyPlaceOfInts) {
    std::vector<SplValue> items;
    std::vector<int64_t> expected;
    for (int64_t i = 0; i < kMany; ++i) {
        items.push_back(int_value(INT64_MAX - i));
        expected.push_back(INT64_MAX - i);
    }
    for (const int64_t place : kPlaces) {
        items[static_cast<size_t>(place)] = float_value(static_cast<double>(-place));
        expected[static_cast<size_t>(place)] = -place;
    }
    const SplArray array = of(items);
    EXPECT_EQ(read_i64s(&array, "data"), expected);
}

TEST(Read, NamesTheFirstItemOfAnotherTag) {
    for (const int64_t place : kPlaces) {
        std::vector<SplValue> items(kMany, float_value(1));
        items.back().tag = SPL_DICT;
        items[static_cast<size_t>(place)].tag = SPL_BOOL;
        const SplArray array = of(items);
        EXPECT_EQ(fault_of([&] { read_f64s(&array, "data"); }),
                  "data holds a value of tag 1 at " + std::to_string(place));
    }
}

TEST(Read, NamesTheFirstFloatThatIsNoWholeNumber) {
    for (const int64_t place : kPlaces) {
        std::vector<SplValue> items(kMany, int_value(1));
        items.back() = float_value(2.5);
        items[static_cast<size_t>(place)] = float_value(1.5);
        const SplArray array = of(items);
        EXPECT_EQ(fault_of([&] { read_i64s(&array, "data"); }),
                  "data holds 1.5 at " + std::to_string(place) + ", which is no whole number within int64");
    }
}

TEST(Read, KeepsEveryBit) {
    const std::vector<double> odd{-0.0, 5e-324, std::nan("77"), std::numeric_limits<double>::infinity()};
    std::vector<SplValue> items;
    for (const double value : odd) items.push_back(float_value(value));
    const SplArray array = of(items);
    const std::vector<double> read = read_f64s(&array, "data");
    ASSERT_EQ(read.size(), odd.size());
    EXPECT_EQ(std::memcmp(read.data(), odd.data(), odd.size() * sizeof(double)), 0);
}

template <typename T>
void expect_floats(const std::vector<T>& values) {
    SplArray* array = float_array(values.data(), static_cast<int64_t>(values.size()));
    ASSERT_EQ(array->len, static_cast<int64_t>(values.size()));
    EXPECT_GE(array->cap, 1);
    for (size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(array->items[i].tag, static_cast<uint32_t>(SPL_FLOAT));
        EXPECT_EQ(array->items[i].as_float, static_cast<double>(values[i]));
    }
    free_array(array);
}

TEST(Build, ArraysOfFloatsHoldEveryNumber) {
    expect_floats(std::vector<double>{});
    expect_floats(std::vector<float>{0.1F, -2.0F, 3e38F});
    expect_floats(std::vector<int64_t>{INT64_MIN, -1, INT64_MAX});
    std::vector<double> many;
    for (int64_t i = 0; i < kMany; ++i) many.push_back(1.0 / static_cast<double>(i + 1));
    expect_floats(many);
}

TEST(Build, AnArrayBeyondAllMemoryIsNone) {
    EXPECT_THROW(make_array(INT64_MAX), std::bad_alloc);
    EXPECT_THROW(make_array((int64_t{1} << 60) + 1), std::bad_alloc);  // whose bytes overflow to 16
}

}  // namespace
}  // namespace simple::spl

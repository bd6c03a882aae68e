#include "golden/suite/elements.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace simple::golden {
namespace {

Json tensor(std::vector<int64_t> shape, Json fields) {
    fields["shape"] = std::move(shape);
    return fields;
}

TEST(Elements, OfShortDataAreWrittenOut) {
    EXPECT_EQ(doubles(tensor({3}, {{"data", {1.5, "-inf", 0}}})), (std::vector<double>{1.5, -HUGE_VAL, 0}));
    EXPECT_EQ(integers(tensor({2, 2}, {{"data", {1, 2}}, {"each", 2}})), (std::vector<int64_t>{1, 1, 2, 2}));
    EXPECT_FALSE(has_elements(tensor({3}, Json::object())));
}

// What golden/generator/compact.py makes of the first slots: 9, 40512, 15478.
TEST(Elements, DistinctOnesStandAtTheirSlots) {
    const Json rule{{"scale", 8}, {"offset", 0}, {"strides", {1}}};
    EXPECT_EQ(doubles(tensor({3}, {{"distinct", rule}})),
              (std::vector<double>{(9 - 32768) / 8.0, (40512 - 32768) / 8.0, (15478 - 32768) / 8.0}));
}

TEST(Elements, DistinctOnesDiffer) {
    const Json rule{{"scale", 1}, {"offset", 60000}, {"strides", {1}}};
    const std::vector<int64_t> all = integers(tensor({65537}, {{"distinct", rule}}));
    EXPECT_EQ(std::set<int64_t>(all.begin(), all.end()).size(), 65537u);
    EXPECT_EQ(*std::min_element(all.begin(), all.end()), -32768);
    EXPECT_EQ(*std::max_element(all.begin(), all.end()), 32768);
}

TEST(Elements, DistinctOnesLieAroundWhatIsNamed) {
    const Json rule{{"scale", 131072}, {"middle", -1}, {"offset", 0}, {"strides", {1}}};
    EXPECT_EQ(doubles(tensor({2}, {{"distinct", rule}})), (std::vector<double>{10 / 131072.0, 40513 / 131072.0}));
}

TEST(Elements, DistinctOnesFollowTheStrides) {
    const std::vector<int64_t> rows =
        integers(tensor({2, 3}, {{"distinct", {{"scale", 1}, {"offset", 7}, {"strides", {3, 1}}}}}));
    const std::vector<int64_t> columns =
        integers(tensor({3, 2}, {{"distinct", {{"scale", 1}, {"offset", 7}, {"strides", {1, 3}}}}}));
    EXPECT_EQ(columns, (std::vector<int64_t>{rows[0], rows[3], rows[1], rows[4], rows[2], rows[5]}));
}

TEST(Elements, ScatteredRowsStandInAnOrderThatDoesNotRepeat) {
    const Json rows = tensor({6, 2}, {{"scattered", {1, 2, 3, 4, 5, 6}}, {"width", 2}});
    EXPECT_EQ(integers(rows), (std::vector<int64_t>{1, 2, 3, 4, 1, 2, 5, 6, 3, 4, 1, 2}));
}

TEST(Elements, DiagonalsLieBetweenZeros) {
    EXPECT_EQ(doubles(tensor({2, 2}, {{"diagonal", {5, 7}}, {"from", 1}, {"step", 1}})),
              (std::vector<double>{0, 5, 7, 0}));
}

}  // namespace
}  // namespace simple::golden

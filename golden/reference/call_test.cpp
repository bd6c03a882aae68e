// What a call adds to its kernel: dtypes, optional tensors, parameters in the table's order, rounding.
#include "golden/reference/call.h"

#include <gtest/gtest.h>

#include <cmath>

#include "golden/reference/random.h"
#include "golden/reference/test_values.h"
#include "impl/errors/error.h"

namespace simple::reference {
namespace {

Call call_of(Fn fn, std::vector<std::optional<Values>> tensors) {
    Call call;
    call.fn = fn;
    call.tensors = std::move(tensors);
    return call;
}

TEST(Call, PromotesToTheHighestDtype) {
    Call call = call_of(Fn::add, {wholes({1}, {16777217}), reals({1}, {0}, DType::f32)});
    Values sum = evaluate(call)[0];
    EXPECT_EQ(sum.dtype, DType::f32);
    EXPECT_EQ(sum.reals[0], 16777216);  // rounded to float32 before the sum
    call = call_of(Fn::add, {wholes({1}, {16777217}), reals({}, {0})});
    EXPECT_EQ(evaluate(call)[0].reals[0], 16777217);
    call = call_of(Fn::div, {wholes({1}, {1}), wholes({1}, {3})});
    EXPECT_EQ(evaluate(call)[0].reals[0], 1.0F / 3.0F);
}

TEST(Call, RoundsScalarsAndResultsToFloat32) {
    Call call = call_of(Fn::mul_scalar, {wholes({1}, {1})});
    call.numbers = {0.1};
    const Values product = evaluate(call)[0];
    EXPECT_EQ(product.dtype, DType::f32);
    EXPECT_EQ(product.reals[0], 0.1F);
}

TEST(Call, LooksUpRowsByTheFirstTensor) {
    Call call = call_of(Fn::embedding, {wholes({1}, {1}), reals({2, 1}, {5, 6}, DType::f32)});
    EXPECT_EQ(evaluate(call)[0].reals, (std::vector<double>{6}));
    const Values grad = reals({1, 1}, {2});
    const auto gradients = differentiate(call, {&grad});
    EXPECT_FALSE(gradients[0]);
    EXPECT_EQ(gradients[1]->reals, (std::vector<double>{0, 2}));
}

TEST(Call, TakesOneOrTwoNumbersForAPair) {
    Call call = call_of(Fn::max_pool2d, {reals({1, 2, 4}, {1, 2, 3, 4, 5, 6, 7, 8})});
    call.lists = {{1, 2}, {}, {}};
    EXPECT_EQ(evaluate(call)[0].reals, (std::vector<double>{2, 4, 6, 8}));
    call.lists = {{2}, {1}, {0}};
    EXPECT_EQ(evaluate(call)[0].reals, (std::vector<double>{6, 7, 8}));
}

TEST(Call, BatchNormGivesItsMovedStatistics) {
    Call call = call_of(Fn::batch_norm, {reals({2, 1}, {1, 3}, DType::f32), reals({1}, {0}), reals({1}, {1}),
                                         std::nullopt, std::nullopt});
    call.integers = {1};
    call.numbers = {0.5, 0};
    const std::vector<Values> values = evaluate(call);
    ASSERT_EQ(values.size(), 3U);
    EXPECT_EQ(values[0].dtype, DType::f32);
    EXPECT_EQ(values[1].reals, (std::vector<double>{1}));
    EXPECT_EQ(values[2].reals, (std::vector<double>{1.5}));
    EXPECT_EQ(call.tensors[1]->reals, (std::vector<double>{0}));
}

TEST(Call, DropoutsGradientUsesWhatItDrew) {
    seed(3);
    Call call = call_of(Fn::dropout, {filled(DType::f64, {64}, 1)});
    call.numbers = {0.5};
    call.integers = {1};
    const Values kept = evaluate(call)[0], ones = filled(DType::f64, {64}, 1);
    EXPECT_EQ(differentiate(call, {&ones})[0]->reals, kept.reals);
}

TEST(Call, ClassProbabilitiesTakePartInTheDtypeAndClassesDoNot) {
    const Values input = reals({2}, {0, 0}, DType::f32);
    Call call = call_of(Fn::cross_entropy_tensor, {input, reals({2}, {1, 0})});
    EXPECT_EQ(evaluate(call)[0].dtype, DType::f64);
    call = call_of(Fn::cross_entropy_tensor, {input, reals({}, {1})});
    EXPECT_EQ(evaluate(call)[0].dtype, DType::f32);
    EXPECT_EQ(evaluate_number(call = call_of(Fn::cross_entropy, {input, wholes({}, {1})})),
              static_cast<float>(std::log(2)));
}

}  // namespace
}  // namespace simple::reference

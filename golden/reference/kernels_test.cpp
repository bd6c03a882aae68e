// Hand-computed cases of each kind of kernel.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "golden/reference/creation.h"
#include "golden/reference/decompositions.h"
#include "golden/reference/elementwise.h"
#include "golden/reference/indexing.h"
#include "golden/reference/losses.h"
#include "golden/reference/matmul.h"
#include "golden/reference/normalization.h"
#include "golden/reference/random.h"
#include "golden/reference/reductions.h"
#include "golden/reference/test_values.h"
#include "golden/reference/windows.h"
#include "impl/errors/error.h"

namespace simple::reference {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInf = std::numeric_limits<double>::infinity();

void expect_near(const std::vector<double>& got, const std::vector<double>& expected, double limit = 1e-12) {
    ASSERT_EQ(got.size(), expected.size());
    for (size_t i = 0; i < got.size(); ++i) {
        if (std::isnan(expected[i]))
            EXPECT_TRUE(std::isnan(got[i])) << "at " << i << " got " << got[i];
        else if (std::isinf(expected[i]))
            EXPECT_EQ(got[i], expected[i]) << "at " << i;
        else
            EXPECT_NEAR(got[i], expected[i], limit) << "at " << i;
    }
}

template <class F>
void expect_fault(Code code, F f) {
    try {
        f();
        ADD_FAILURE() << "expected a fault of code " << static_cast<int>(code);
    } catch (const Fault& fault) {
        EXPECT_EQ(static_cast<int>(fault.code), static_cast<int>(code)) << fault.detail();
    }
}

TEST(Values, ReadsAndWritesThroughStrides) {
    Values storage = wholes({6}, {0, 1, 2, 3, 4, 5});
    EXPECT_EQ(read(storage, {3, 2}, {1, 3}, 0).wholes, (std::vector<int64_t>{0, 3, 1, 4, 2, 5}));
    write(storage, {2}, {3}, 2, wholes({2}, {-2, -5}));
    EXPECT_EQ(storage.wholes, (std::vector<int64_t>{0, 1, -2, 3, 4, -5}));
}

TEST(Values, BroadcastsAndSumsBack) {
    const Sizes sizes = broadcast({2, 1}, {3});
    EXPECT_EQ(sizes, (Sizes{2, 3}));
    expect_near(expanded(reals({2, 1}, {1, 2}), sizes).reals, {1, 1, 1, 2, 2, 2});
    expect_near(summed_to(reals({2, 3}, {1, 2, 3, 4, 5, 6}), {2, 1}).reals, {6, 15});
    expect_near(summed_to(reals({2, 3}, {1, 2, 3, 4, 5, 6}), {3}).reals, {5, 7, 9});
}

TEST(Values, ConvertsTowardsZeroAndToFloat32) {
    EXPECT_EQ(converted(reals({3}, {-1.9, 1.9, kNaN}), DType::i64).wholes,
              (std::vector<int64_t>{-1, 1, std::numeric_limits<int64_t>::min()}));
    EXPECT_EQ(converted(reals({1}, {0.1}), DType::f32).reals[0], 0.1F);
    EXPECT_EQ(converted(wholes({1}, {16777217}), DType::f32).reals[0], 16777216);
}

TEST(Creation, CountsFromBothEnds) {
    expect_near(arange(1, -0.5, 3).reals, {1, 0.5, 0});
    expect_near(linspace(0, 1, 4).reals, {0, 1.0F / 3, 2.0F / 3, 1});
    expect_near(linspace(5, 7, 1).reals, {5});
    expect_near(eye(2).reals, {1, 0, 0, 1});
}

TEST(Elementwise, Int64WrapsAround) {
    const int64_t largest = std::numeric_limits<int64_t>::max(), smallest = std::numeric_limits<int64_t>::min();
    EXPECT_EQ(binary(Fn::add, wholes({1}, {largest}), wholes({1}, {1})).wholes[0], smallest);
    EXPECT_EQ(binary(Fn::mul, wholes({1}, {largest}), wholes({1}, {2})).wholes[0], -2);
    EXPECT_EQ(unary(Fn::abs, wholes({1}, {smallest})).wholes[0], smallest);
}

TEST(Elementwise, FollowsIeee754) {
    expect_near(binary(Fn::div, reals({3}, {1, -1, 0}), reals({}, {0})).reals, {kInf, -kInf, kNaN});
    expect_near(unary(Fn::relu, reals({3}, {-1, 2, kNaN})).reals, {0, 2, kNaN});
    expect_near(unary(Fn::log, reals({3}, {0, -1, 1})).reals, {-kInf, kNaN, 0});
    expect_near(unary(Fn::pow, reals({2}, {-2, 4}), 0.5).reals, {kNaN, 2});
    expect_near(unary(Fn::leaky_relu, reals({2}, {-2, 3}), 0.1).reals, {-0.2, 3});
    expect_near(unary(Fn::gelu, reals({3}, {-1, 0, 1})).reals, {-0.15865525393145707, 0, 0.8413447460685429});
    expect_near(unary(Fn::sigmoid, reals({2}, {0, -1000})).reals, {0.5, 0});
}

TEST(Matmul, VectorsMatricesAndBatches) {
    const Values m = reals({2, 2}, {1, 2, 3, 4}), v = reals({2}, {5, 6});
    expect_near(matmul(m, m).reals, {7, 10, 15, 22});
    expect_near(matmul(m, v).reals, {17, 39});
    expect_near(matmul(v, m).reals, {23, 34});
    EXPECT_EQ(matmul(v, v).sizes, Sizes{});
    expect_near(matmul(v, v).reals, {61});
    const Values batch = matmul(reals({2, 1, 2}, {1, 0, 0, 1}), m);
    EXPECT_EQ(batch.sizes, (Sizes{2, 1, 2}));
    expect_near(batch.reals, {1, 2, 3, 4});
    EXPECT_EQ(matmul(wholes({2}, {3, 4}), wholes({2}, {5, 6})).wholes[0], 39);
    expect_near(matmul(zeros(DType::f64, {2, 0}), zeros(DType::f64, {0, 1})).reals, {0, 0});
}

TEST(Matmul, LinearTransposesItsWeight) {
    const Values bias = reals({1}, {10});
    expect_near(linear(reals({1, 2}, {1, 2}), reals({1, 2}, {3, 4}), &bias).reals, {21});
}

TEST(Reductions, OverEverything) {
    const Values x = reals({2, 2}, {1, 2, 3, 4});
    EXPECT_EQ(reduce_all(Fn::sum, x), 10);
    EXPECT_EQ(reduce_all(Fn::mean, x), 2.5);
    EXPECT_NEAR(reduce_all(Fn::var, x), 5.0 / 3, 1e-15);
    EXPECT_NEAR(reduce_all(Fn::std, x), std::sqrt(5.0 / 3), 1e-15);
    EXPECT_NEAR(reduce_all(Fn::norm, x), std::sqrt(30), 1e-15);
    EXPECT_EQ(reduce_all(Fn::max, x), 4);
    EXPECT_TRUE(std::isnan(reduce_all(Fn::max, reals({3}, {1, kNaN, 2}))));
    EXPECT_TRUE(std::isnan(reduce_all(Fn::std, reals({1}, {1}))));
    EXPECT_TRUE(std::isnan(reduce_all(Fn::mean, reals({0}, {}))));
    EXPECT_EQ(reduce_all(Fn::sum, reals({2}, {3e38, 3e38}, DType::f32)), kInf);
}

TEST(Reductions, AlongADim) {
    const Values x = reals({2, 3}, {1, 5, 5, 4, kNaN, 6});
    expect_near(reduce_dim(Fn::sum_dim, x, 0, false).reals, {5, kNaN, 11});
    EXPECT_EQ(reduce_dim(Fn::argmax, x, -1, true).sizes, (Sizes{2, 1}));
    EXPECT_EQ(reduce_dim(Fn::argmax, x, -1, true).wholes, (std::vector<int64_t>{1, 1}));
    EXPECT_EQ(reduce_dim(Fn::argmin, x, 1, false).wholes, (std::vector<int64_t>{0, 1}));
    expect_near(reduce_dim(Fn::max_dim, x, 1, false).reals, {5, kNaN});
}

TEST(Reductions, SoftmaxIsStable) {
    expect_near(softmax(Fn::softmax, reals({2}, {1000, 1000}), 0).reals, {0.5, 0.5});
    expect_near(softmax(Fn::log_softmax, reals({2}, {0, std::log(3)}), 0).reals, {-std::log(4), std::log(0.75)});
}

TEST(Indexing, SelectsAlongADim) {
    const Values x = reals({2, 2}, {1, 2, 3, 4});
    expect_near(select(index_select(x.sizes, 1, wholes({3}, {1, 0, 1})), {x}).reals, {2, 1, 2, 4, 3, 4});
    expect_near(select(gather(x.sizes, 0, wholes({1, 2}, {1, 0})), {x}).reals, {3, 2});
    expect_near(select(embedding(reals({2}, {1, 1}), x.sizes), {x}).reals, {3, 4, 3, 4});
    expect_fault(Code::range, [&] { index_select(x.sizes, 0, wholes({1}, {2})); });
    expect_fault(Code::range, [&] { gather(x.sizes, 0, wholes({1, 1}, {-1})); });
    expect_fault(Code::argument, [&] { embedding(reals({1}, {0.5}), x.sizes); });
}

TEST(Indexing, JoinsTensors) {
    const Values a = reals({1, 2}, {1, 2}), b = reals({1, 2}, {3, 4}), nothing = reals({0}, {});
    expect_near(select(cat({a.sizes, nothing.sizes, b.sizes}, 1), {a, nothing, b}).reals, {1, 2, 3, 4});
    const Selection stacked = stack({a.sizes, b.sizes}, -1);
    EXPECT_EQ(stacked.sizes, (Sizes{1, 2, 2}));
    expect_near(select(stacked, {a, b}).reals, {1, 3, 2, 4});
}

TEST(Windows, Conv2dByHand) {
    const Values x = reals({1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9}), w = reals({1, 1, 2, 2}, {1, 0, 0, 1});
    const Values bias = reals({1}, {100});
    expect_near(conv2d(x, w, &bias, {}).reals, {106, 108, 112, 114});
    Conv2d dilated;
    dilated.dilation = {2, 2};
    expect_near(conv2d(x, w, nullptr, dilated).reals, {10});
    Conv2d strided;
    strided.stride = {2, 1};
    strided.padding = {1, 0};
    expect_near(conv2d(x, w, nullptr, strided).reals, {2, 3, 12, 14});
}

TEST(Windows, PoolingByHand) {
    const Values x = reals({1, 2, 2}, {-1, -2, -3, -4});
    expect_near(max_pool2d(x, {{2, 2}, {1, 1}, {1, 1}}).reals, {-1, -1, -2, -1, -1, -2, -3, -3, -4});
    expect_near(avg_pool2d(x, {{2, 2}, {2, 2}, {1, 1}}).reals, {-0.25, -0.5, -0.75, -1});
}

TEST(Normalization, BatchNormMovesItsStatistics) {
    const Values x = reals({2, 1}, {1, 3});
    Values mean = reals({1}, {0}), variance = reals({1}, {1});
    expect_near(batch_norm(x, &mean, &variance, nullptr, nullptr, {true, 0.1, 0}).reals, {-1, 1});
    expect_near(mean.reals, {0.2});      // 0.9 * 0 + 0.1 * 2
    expect_near(variance.reals, {1.1});  // 0.9 * 1 + 0.1 * 2, the unbiased variance
    expect_near(batch_norm(x, &mean, &variance, nullptr, nullptr, {false, 0.1, 0.11}).reals, {0.8 / 1.1, 2.8 / 1.1});
}

TEST(Normalization, LayerNormOverTrailingDims) {
    const Values weight = reals({2}, {2, 1}), bias = reals({2}, {0, 1});
    expect_near(layer_norm(reals({2, 2}, {1, 3, 5, 5}), 2, &weight, &bias, 0).reals, {-2, 2, kNaN, kNaN});
    expect_near(layer_norm(reals({1, 2}, {1, 3}), 2, nullptr, nullptr, 3).reals, {-0.5, 0.5});
}

TEST(Losses, ByHand) {
    expect_near(loss(Fn::mse_loss, reals({2}, {1, 3}), reals({}, {0})).reals, {5});
    const Values logits = reals({2, 2}, {0, 0, 0, std::log(3)});
    expect_near(loss(Fn::cross_entropy, logits, wholes({2}, {0, 1})).reals, {(std::log(2) + std::log(4.0 / 3)) / 2});
    expect_near(loss(Fn::cross_entropy, logits, wholes({2}, {-100, 1})).reals, {std::log(4.0 / 3)});
    expect_near(loss(Fn::cross_entropy, logits, reals({2, 2}, {0.5, 0.5, 1, 0})).reals,
                {(std::log(2) + std::log(4)) / 2});
    expect_near(loss(Fn::nll_loss, logits, wholes({2}, {-100, -100})).reals, {kNaN});
    expect_near(loss(Fn::binary_cross_entropy, reals({2}, {1, 0.5}), reals({2}, {0, 1})).reals,
                {(100 + std::log(2)) / 2});
    expect_fault(Code::range, [&] { loss(Fn::nll_loss, logits, wholes({2}, {0, 2})); });
    expect_fault(Code::argument, [&] { loss(Fn::nll_loss, logits, reals({2}, {0, 0.5})); });
    expect_fault(Code::argument, [&] { loss(Fn::binary_cross_entropy, reals({1}, {0.5}), reals({1}, {1.5})); });
}

TEST(Decompositions, DeterminantAndInverse) {
    const Values x = reals({2, 2}, {1, 2, 3, 4});
    EXPECT_NEAR(determinant(x), -2, 1e-14);
    EXPECT_EQ(determinant(reals({0, 0}, {})), 1);
    expect_near(inverse(x).reals, {-2, 1, 1.5, -0.5});
    expect_fault(Code::numerical, [] { inverse(reals({2, 2}, {1, 2, 2, 4})); });
}

TEST(Decompositions, SvdAndEigGiveTheMatrixBack) {
    const Values x = reals({2, 3}, {3, 1, 2, -1, 0, 4});
    const std::vector<Values> of = svd(x);
    Values us = of[0];
    for (int64_t i = 0; i < 4; ++i) us.reals[i] *= of[1].reals[i % 2];
    expect_near(matmul(us, of[2]).reals, x.reals);
    const std::vector<Values> rotation = eig(reals({2, 2}, {0, -1, 1, 0}));
    expect_near(rotation[0].reals, {0, 0});
    EXPECT_NEAR(std::fabs(rotation[1].reals[0]), 1, 1e-12);
    expect_fault(Code::numerical, [] { svd(reals({1, 1}, {kNaN})); });
    expect_fault(Code::numerical, [] { eig(reals({1, 1}, {kInf})); });
}

TEST(Random, RepeatsAfterASeedAndStaysInRange) {
    seed(7);
    const Values first = uniform(DType::f32, {1000}), bell = normal(DType::f32, {1000});
    seed(7);
    EXPECT_EQ(uniform(DType::f32, {1000}).reals, first.reals);
    EXPECT_EQ(normal(DType::f32, {1000}).reals, bell.reals);
    EXPECT_NE(uniform(DType::f32, {1000}).reals, first.reals);
    for (double v : first.reals) EXPECT_TRUE(v >= 0 && v < 1) << v;
    EXPECT_NEAR(reduce_all(Fn::mean, bell), 0, 0.2);  // over six standard deviations
    EXPECT_NEAR(reduce_all(Fn::std, bell), 1, 0.15);
    for (double v : dropout_mask(DType::f64, {100}, 0.75).reals) EXPECT_TRUE(v == 0 || v == 4) << v;
}

}  // namespace
}  // namespace simple::reference

// What a backend made of the shape rules does by itself, seen from elements that count: which it reads, which steps it
// keeps and undoes, which gradients arrive. Whatever the policy, this holds.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "impl/ruled/boundary.h"

namespace simple::ruled {
namespace {

using Counts = std::vector<int>;
using Steps = std::vector<Fn>;

class Ruled : public testing::Test {
  protected:
    void SetUp() override {
        Elements::failing = false;
        Elements::undone.clear();
        Elements::kept.clear();
        Elements::added.clear();
    }
    void TearDown() override {
        for (int64_t handle : handles_) rt_torch_torchtensor_free(handle);
        EXPECT_EQ(rt_torch_live_tensors(), 0);
    }
    int64_t keep(int64_t handle) {
        EXPECT_GT(handle, 0) << message();
        handles_.push_back(handle);
        return handle;
    }
    int64_t made(const std::vector<int64_t>& sizes) {
        SplArray* dims = spl::make_array(static_cast<int64_t>(sizes.size()));
        for (size_t d = 0; d < sizes.size(); ++d) dims->items[d] = spl::int_value(sizes[d]);
        const int64_t handle = rt_torch_tensor_randn(dims);
        spl::free_array(dims);
        return keep(handle);
    }
    int64_t leaf(const std::vector<int64_t>& sizes) {
        const int64_t handle = made(sizes);
        rt_torch_autograd_set_requires_grad(handle, true);
        return handle;
    }
    bool has_grad(int64_t handle) {
        const int64_t grad = rt_torch_autograd_grad(handle);
        return grad != 0 && keep(grad) != 0;
    }
    static int reads(int64_t handle) { return *tensor(Fn::numel, handle)->storage; }
    static std::string message() {
        char* text = rt_torch_last_error_message();
        const std::string copy = text;
        std::free(text);
        return copy;
    }

  private:
    std::vector<int64_t> handles_;
};

TEST_F(Ruled, WhatShapesSayReadsNoElement) {
    const int64_t x = made({2, 3}), row = keep(rt_torch_torchtensor_slice(x, 0, 0, 1, 1));
    keep(rt_torch_torchtensor_flatten(x));
    keep(rt_torch_torchtensor_cpu(x));
    keep(rt_torch_autograd_detach(x));
    EXPECT_EQ(rt_torch_torchtensor_numel(row), 3);
    spl::free_array(rt_torch_torchtensor_shape(row));
    EXPECT_EQ(reads(x), 0);
}

TEST_F(Ruled, EachInputIsReadOnceThroughItsViewsToo) {
    const int64_t x = made({2, 2}), y = made({2, 2}), turned = keep(rt_torch_torchtensor_t(x));
    const int64_t product = keep(rt_torch_torchtensor_matmul(turned, y));
    EXPECT_EQ(reads(x), 1);
    EXPECT_EQ(reads(y), 1);
    EXPECT_EQ(reads(product), 0);
    const int64_t copy = keep(rt_torch_torchtensor_flatten(turned));
    EXPECT_EQ(reads(x), 2);
    rt_torch_torchtensor_sum(copy);
    spl::free_array(rt_torch_torchtensor_to_data(copy));
    EXPECT_EQ(reads(copy), 2);
    EXPECT_EQ(reads(x), 2);
}

TEST_F(Ruled, WhatTheRulesRefuseReadsNoElement) {
    const int64_t x = made({2, 3}), y = made({4});
    EXPECT_EQ(rt_torch_torchtensor_add(x, y), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 3);
    EXPECT_EQ(rt_torch_torchtensor_softmax(x, 2), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 5);
    EXPECT_EQ(rt_torch_nn_linear(x, x, 12345), 0);
    EXPECT_EQ(message(), "rt_torch_nn_linear: bias 12345 is no live tensor");
    EXPECT_EQ(reads(x) + reads(y), 0);
}

TEST_F(Ruled, AFaultOfTheElementsIsTheCalls) {
    const int64_t x = made({2, 2});
    Elements::failing = true;
    EXPECT_EQ(rt_torch_torchtensor_inverse(x), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 6);
    EXPECT_EQ(message(), "rt_torch_torchtensor_inverse: these elements will not do");
    EXPECT_EQ(rt_torch_torchtensor_svd_all(x), nullptr);
    EXPECT_EQ(rt_torch_live_tensors(), 1);
}

TEST_F(Ruled, StepsAreUndoneFromTheLatestAndGradientsMeet) {
    const int64_t x = leaf({3}), y = made({3});
    const int64_t twice = keep(rt_torch_torchtensor_add(x, x)), product = keep(rt_torch_torchtensor_mul(twice, y));
    const int64_t sum = keep(rt_torch_torchtensor_sum_dim(keep(rt_torch_torchtensor_sub(product, twice)), 0, false));
    rt_torch_autograd_backward(sum);
    EXPECT_EQ(Elements::undone, (Steps{Fn::sum_dim, Fn::sub, Fn::mul, Fn::add}));
    EXPECT_EQ(Elements::kept, (Counts{4}));
    EXPECT_FALSE(has_grad(y));
    rt_torch_autograd_backward(sum);  // mul's operands have been used up
    EXPECT_EQ(rt_torch_last_error_code(), 2);
    rt_torch_autograd_backward(keep(rt_torch_torchtensor_sum_dim(twice, 0, false)));  // add saves nothing
    EXPECT_EQ(Elements::added, (Counts{2}));
}

TEST_F(Ruled, NoGraphIsKeptUnderNoGrad) {
    const int64_t x = leaf({1});
    rt_torch_autograd_no_grad_begin();
    const int64_t y = keep(rt_torch_torchtensor_exp(x));
    rt_torch_autograd_no_grad_end();
    EXPECT_FALSE(rt_torch_autograd_requires_grad(y));
    rt_torch_autograd_backward(y);
    EXPECT_EQ(rt_torch_last_error_code(), 2);
    EXPECT_TRUE(Elements::undone.empty());
}

TEST_F(Ruled, IndicesTakeNoGradient) {
    const int64_t x = leaf({1}), indices = leaf({1});
    rt_torch_autograd_backward(keep(rt_torch_torchtensor_index_select(x, 0, indices)));
    EXPECT_TRUE(has_grad(x));
    EXPECT_FALSE(has_grad(indices));
    EXPECT_FALSE(rt_torch_autograd_requires_grad(keep(rt_torch_torchtensor_gather(made({1}), 0, indices))));
}

TEST_F(Ruled, ALeafThatStoppedRequiringTakesNone) {
    const int64_t x = leaf({1}), y = leaf({1}), sum = keep(rt_torch_torchtensor_add(x, y));
    rt_torch_autograd_set_requires_grad(x, false);
    rt_torch_autograd_backward(sum);
    EXPECT_FALSE(has_grad(x));
    EXPECT_TRUE(has_grad(y));
}

// LibTorch saves input and weight each for the other's gradient; the bias's needs neither.
TEST_F(Ruled, ABiasAloneCanBeDifferentiatedTwice) {
    const int64_t bias = leaf({1}), y = keep(rt_torch_nn_linear(made({1, 1}), made({1, 1}), bias));
    rt_torch_autograd_backward(y);
    rt_torch_autograd_backward(y);
    EXPECT_EQ(rt_torch_last_error_code(), 0);
    EXPECT_EQ(Elements::added, (Counts{1}));
}

TEST_F(Ruled, ResultsOfOneCallAreOneStep) {
    SplArray* parts = rt_torch_torchtensor_svd_all(leaf({1, 1}));
    ASSERT_NE(parts, nullptr);
    for (int64_t i = 0; i < parts->len; ++i) keep(parts->items[i].as_int);
    rt_torch_autograd_backward(parts->items[1].as_int);
    rt_torch_autograd_backward(parts->items[0].as_int);  // what the step saved is used up
    EXPECT_EQ(rt_torch_last_error_code(), 2);
    EXPECT_EQ(Elements::undone, (Steps{Fn::svd_all}));
    spl::free_array(parts);
}

TEST_F(Ruled, AGradientHasItsLeafsStridesWhereTheyLeaveNoGaps) {
    const auto is_contiguous = [](int64_t handle) { return tensor(Fn::numel, handle)->meta.contiguous(); };
    const int64_t base = made({2, 3}), turned = keep(rt_torch_torchtensor_t(base));
    const int64_t every_other = keep(rt_torch_torchtensor_slice(base, 1, 0, 3, 2));
    for (const int64_t x : {turned, every_other}) {
        rt_torch_autograd_set_requires_grad(x, true);
        rt_torch_autograd_backward(keep(rt_torch_nn_mse_loss_tensor(x, made({1}))));
    }
    EXPECT_FALSE(is_contiguous(keep(rt_torch_autograd_grad(turned))));
    EXPECT_TRUE(is_contiguous(keep(rt_torch_autograd_grad(every_other))));
}

}  // namespace
}  // namespace simple::ruled

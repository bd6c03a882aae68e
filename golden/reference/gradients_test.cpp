// Every gradient against central differences of its function: for a random weighting c of the results, d(sum c f)/dx.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

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

using Inputs = std::vector<Values>;
using Function = std::function<Values(const Inputs&)>;
using Gradient = std::function<std::vector<Values>(const Inputs&, const Values& grad)>;

double weighted_sum(const Values& x, const Values& weights) {
    double sum = 0;
    for (int64_t i = 0; i < x.numel(); ++i) sum += x.reals[i] * weights.reals[i];
    return sum;
}

void expect_gradient(const Function& f, const Gradient& gradient, Inputs inputs) {
    const Values weights = normal(DType::f64, f(inputs).sizes);
    const std::vector<Values> got = gradient(inputs, weights);
    ASSERT_EQ(got.size(), inputs.size());
    constexpr double kEps = 1e-6;
    for (size_t k = 0; k < inputs.size(); ++k) {
        ASSERT_EQ(got[k].numel(), inputs[k].numel()) << "of input " << k;
        for (int64_t i = 0; i < inputs[k].numel(); ++i) {
            double& x = inputs[k].reals[i];
            const double at = x;
            x = at + kEps;
            const double above = weighted_sum(f(inputs), weights);
            x = at - kEps;
            const double below = weighted_sum(f(inputs), weights);
            x = at;
            const double expected = (above - below) / (2 * kEps);
            EXPECT_NEAR(got[k].reals[i], expected, 1e-7 + 1e-6 * std::fabs(expected))
                << "of input " << k << " at " << i;
        }
    }
}

class Gradients : public testing::Test {
  protected:
    void SetUp() override { seed(1); }
    static Values random(const Sizes& sizes) { return normal(DType::f64, sizes); }
    static Values positive(const Sizes& sizes) {
        Values x = uniform(DType::f64, sizes);
        for (double& v : x.reals) v = 0.1 + 0.8 * v;
        return x;
    }
};

TEST_F(Gradients, OfElementwiseFunctions) {
    for (Fn fn : {Fn::add, Fn::sub, Fn::mul, Fn::div})
        expect_gradient([&](const Inputs& in) { return binary(fn, in[0], in[1]); },
                        [&](const Inputs& in, const Values& g) { return binary_gradient(fn, in[0], in[1], g); },
                        {random({2, 1, 3}), positive({4, 1})});
    for (Fn fn : {Fn::neg, Fn::abs, Fn::sqrt, Fn::exp, Fn::log, Fn::pow, Fn::add_scalar, Fn::mul_scalar, Fn::relu,
                  Fn::sigmoid, Fn::tanh, Fn::leaky_relu, Fn::gelu}) {
        SCOPED_TRACE(static_cast<int>(fn));
        const bool positive_only = fn == Fn::sqrt || fn == Fn::log || fn == Fn::pow;
        expect_gradient([&](const Inputs& in) { return unary(fn, in[0], 1.7); },
                        [&](const Inputs& in, const Values& g) { return Inputs{unary_gradient(fn, in[0], 1.7, g)}; },
                        {positive_only ? positive({7}) : random({7})});
    }
}

TEST_F(Gradients, OfProducts) {
    const std::vector<std::pair<Sizes, Sizes>> shapes{
        {{3}, {3}}, {{2, 3}, {3}}, {{3}, {3, 2}}, {{2, 3}, {3, 4}}, {{2, 1, 2, 3}, {3, 3, 2}}};
    for (const auto& [a, b] : shapes)
        expect_gradient([](const Inputs& in) { return matmul(in[0], in[1]); },
                        [](const Inputs& in, const Values& g) { return matmul_gradient(in[0], in[1], g); },
                        {random(a), random(b)});
    for (const Sizes& input : {Sizes{3}, Sizes{2, 3}, Sizes{2, 2, 3}})
        expect_gradient([](const Inputs& in) { return linear(in[0], in[1], &in[2]); },
                        [](const Inputs& in, const Values& g) { return linear_gradient(in[0], in[1], g); },
                        {random(input), random({4, 3}), random({4})});
}

TEST_F(Gradients, OfReductionsAndSoftmax) {
    for (Fn fn : {Fn::sum_dim, Fn::mean_dim, Fn::max_dim, Fn::min_dim})
        for (int64_t dim : {0, 1, -1})
            expect_gradient(
                [&](const Inputs& in) { return reduce_dim(fn, in[0], dim, true); },
                [&](const Inputs& in, const Values& g) { return Inputs{reduce_dim_gradient(fn, in[0], dim, g)}; },
                {random({2, 3, 2})});
    for (Fn fn : {Fn::softmax, Fn::log_softmax})
        expect_gradient([&](const Inputs& in) { return softmax(fn, in[0], 1); },
                        [&](const Inputs& in, const Values& g) { return Inputs{softmax_gradient(fn, in[0], 1, g)}; },
                        {random({2, 3, 2})});
}

TEST_F(Gradients, OfSelections) {
    const Selection chosen = index_select({2, 3}, 1, wholes({4}, {2, 0, 0, 1}));
    const Selection joined = cat({{2, 3}, {2, 1}}, 1);
    expect_gradient([&](const Inputs& in) { return select(chosen, in); },
                    [&](const Inputs& in, const Values& g) { return select_gradient(chosen, in, g); },
                    {random({2, 3})});
    expect_gradient([&](const Inputs& in) { return select(joined, in); },
                    [&](const Inputs& in, const Values& g) { return select_gradient(joined, in, g); },
                    {random({2, 3}), random({2, 1})});
}

TEST_F(Gradients, OfWindows) {
    Conv2d how;
    how.stride = {2, 1};
    how.padding = {1, 2};
    how.dilation = {1, 2};
    how.groups = 2;
    expect_gradient([&](const Inputs& in) { return conv2d(in[0], in[1], &in[2], how); },
                    [&](const Inputs& in, const Values& g) { return conv2d_gradient(in[0], in[1], how, g); },
                    {random({2, 4, 5, 4}), random({2, 2, 3, 2}), random({2})});
    const Pool2d pool{{2, 3}, {2, 1}, {1, 1}};
    expect_gradient([&](const Inputs& in) { return max_pool2d(in[0], pool); },
                    [&](const Inputs& in, const Values& g) { return Inputs{max_pool2d_gradient(in[0], pool, g)}; },
                    {random({2, 4, 5})});
    expect_gradient([&](const Inputs& in) { return avg_pool2d(in[0], pool); },
                    [&](const Inputs& in, const Values& g) { return Inputs{avg_pool2d_gradient(in[0], pool, g)}; },
                    {random({2, 4, 5})});
}

TEST_F(Gradients, OfNormalizations) {
    for (bool training : {true, false}) {
        const Values mean = random({3}), variance = positive({3});
        const BatchNorm how{training, 0.1, 1e-3};
        expect_gradient(
            [&](const Inputs& in) {
                Values moved_mean = mean, moved_variance = variance;
                return batch_norm(in[0], &moved_mean, &moved_variance, &in[1], &in[2], how);
            },
            [&](const Inputs& in, const Values& g) {
                return batch_norm_gradient(in[0], &mean, &variance, &in[1], how, g);
            },
            {random({2, 3, 2}), random({3}), random({3})});
    }
    expect_gradient([](const Inputs& in) { return layer_norm(in[0], 4, &in[1], &in[2], 1e-3); },
                    [](const Inputs& in, const Values& g) { return layer_norm_gradient(in[0], 4, &in[1], 1e-3, g); },
                    {random({3, 4}), random({4}), random({4})});
}

TEST_F(Gradients, OfLosses) {
    const auto check = [](Fn fn, const Inputs& inputs) {
        expect_gradient([&](const Inputs& in) { return loss(fn, in[0], in[1]); },
                        [&](const Inputs& in, const Values& g) { return loss_gradient(fn, in[0], in[1], g.reals[0]); },
                        inputs);
    };
    check(Fn::mse_loss_tensor, {random({2, 3}), random({3})});
    check(Fn::binary_cross_entropy_tensor, {positive({5}), positive({5})});
    check(Fn::cross_entropy_tensor, {random({2, 3, 2}), positive({2, 3, 2})});
    const Values classes = wholes({2, 2}, {0, 2, -100, 1});
    for (Fn fn : {Fn::cross_entropy_tensor, Fn::nll_loss_tensor})
        expect_gradient(
            [&](const Inputs& in) { return loss(fn, in[0], classes); },
            [&](const Inputs& in, const Values& g) { return Inputs{loss_gradient(fn, in[0], classes, g.reals[0])[0]}; },
            {random({2, 3, 2})});
}

// Singular vectors are free in sign, and eigenvectors too: what is differentiated does not depend on it.
Values squares(Values x) {
    for (double& v : x.reals) v *= v;
    return x;
}
Values times_twice(const Values& grad, const Values& x) {
    Values product = grad;
    for (int64_t i = 0; i < x.numel(); ++i) product.reals[i] *= 2 * x.reals[i];
    return product;
}

TEST_F(Gradients, OfDecompositions) {
    expect_gradient([](const Inputs& in) { return inverse(in[0]); },
                    [](const Inputs& in, const Values& g) { return Inputs{inverse_gradient(in[0], g)}; },
                    {random({2, 3, 3})});
    for (const Sizes& sizes : {Sizes{3, 3}, Sizes{2, 4}, Sizes{2, 4, 2}}) {
        const Values x = random(sizes);
        for (size_t result : {0, 1, 2})
            expect_gradient([&](const Inputs& in) { return squares(svd(in[0])[result]); },
                            [&](const Inputs& in, const Values& g) {
                                const Values to = times_twice(g, svd(in[0])[result]);
                                return Inputs{svd_gradient(in[0], result == 0 ? &to : nullptr,
                                                           result == 1 ? &to : nullptr, result == 2 ? &to : nullptr)};
                            },
                            {x});
    }
    Values x = random({3, 3});  // a symmetric part this large keeps the eigenvalues real
    for (int64_t i = 0; i < 3; ++i) x.reals[4 * i] += 5.0 * static_cast<double>(i);
    for (size_t result : {0, 2})
        expect_gradient([&](const Inputs& in) { return squares(eig(in[0])[result]); },
                        [&](const Inputs& in, const Values& g) {
                            const Values to = times_twice(g, eig(in[0])[result]);
                            std::vector<const Values*> results(4, nullptr);
                            results[result] = &to;
                            return Inputs{eig_gradient(in[0], results)};
                        },
                        {x});
}

TEST_F(Gradients, OfAnEigenvectorsPhaseIsAFault) {
    const Values rotation = reals({2, 2}, {0, -1, 1, 0});
    const Values to = filled(DType::f64, {2, 2}, 1);
    EXPECT_THROW(eig_gradient(rotation, {nullptr, nullptr, nullptr, &to}), Fault);
}

}  // namespace
}  // namespace simple::reference

// The rules by table: shapes, strides and dtypes of results, and which code comes first among several faults.
#include "impl/rules/rules.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "impl/errors/error.h"

namespace simple::rules {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Meta of(const Dims& sizes, DType dtype = DType::f32) { return fresh(sizes, dtype); }

int code(const std::function<void()>& body) {
    try {
        body();
    } catch (const Fault& fault) {
        EXPECT_FALSE(fault.detail().empty());
        return static_cast<int>(fault.code);
    }
    return 0;
}

struct Refusal {
    const char* what;
    int code;
    std::function<void()> body;
};

TEST(Rules, refuse_with_the_contracts_code) {
    const Meta m = of({2, 3}), ints = of({2, 3}, DType::i64), empty = of({2, 0}), scalar = of({});
    bool copies = false;
    const std::vector<Refusal> table{
        {"dims below 0", 2,
         [] {
             created({2, -1});
         }},
        {"65 dims", 2, [] { created(std::vector<int64_t>(65, 1)); }},
        {"bytes beyond int64, 0 counted as 1", 2,
         [] {
             created({0, kMost});
         }},
        {"more than 2^46 bytes", 7, [] { created({int64_t{1} << 45}); }},
        {"exactly 2^46 bytes", 0, [] { created({int64_t{1} << 44}); }},
        {"no threads", 2, [] { check_threads(0); }},
        {"one thread", 0, [] { check_threads(1); }},
        {"full beyond float32", 2, [] { full({1}, 1e300); }},
        {"full with an infinity", 0, [] { full({1}, std::numeric_limits<double>::infinity()); }},
        {"a data count that dims do not want", 2,
         [] {
             from_data(5, {2, 3}, DType::f64);
         }},
        {"arange by 0", 2, [] { arange(0, 1, 0); }},
        {"arange away from its end", 2, [] { arange(0, 1, -1); }},
        {"linspace of -1 steps", 2, [] { linspace(0, 1, -1); }},
        {"add of shapes that do not broadcast", 3, [&] { add(m, of({4})); }},
        {"add beyond 2^46 bytes", 7,
         [] {
             add(of({int64_t{1} << 24, 1}), of({1, int64_t{1} << 24}));
         }},
        {"mean_dim of int64 with a bad dim: the dim first", 5, [&] { mean_dim(ints, 2, false); }},
        {"mean_dim of int64", 4, [&] { mean_dim(ints, 0, false); }},
        {"softmax of int64 with a bad dim: the dim first", 5, [&] { softmax(ints, -3); }},
        {"leaky_relu of int64 with a huge slope: the dtype alone", 4, [&] { leaky_relu(ints, 1e300); }},
        {"leaky_relu with a slope beyond float32", 2, [&] { leaky_relu(m, 1e300); }},
        {"dropout with p 1.5", 2, [&] { dropout(m, 1.5, true); }},
        {"dropout of int64 in training", 4, [&] { dropout(ints, 0.5, true); }},
        {"dropout of int64 in evaluation", 0, [&] { dropout(ints, 0.5, false); }},
        {"matmul of a 0-d", 3, [&] { matmul(scalar, m); }},
        {"matmul of inner sizes 3 and 2", 3, [&] { matmul(m, m); }},
        {"dot of lengths 2 and 3", 3, [] { dot(of({2}), of({3})); }},
        {"det of int64 that is not square: the dtype first", 4, [&] { det(ints); }},
        {"det of a batch", 3,
         [] {
             det(of({2, 2, 2}));
         }},
        {"inverse of a non-square", 3, [&] { inverse(m); }},
        {"svd of a vector", 3, [] { svd(of({3})); }},
        {"max of nothing", 3, [&] { check_not_empty(empty); }},
        {"max_dim over nothing", 3, [&] { max_dim(empty, 1, false); }},
        {"max_dim along the other dim of an empty tensor", 0, [&] { max_dim(empty, 0, false); }},
        {"t of 3-D", 3,
         [] {
             t(of({1, 2, 3}));
         }},
        {"view with two -1", 2,
         [&] {
             view(m, {-1, -1});
         }},
        {"view with -2", 2,
         [&] {
             view(m, {-2, 3});
         }},
        {"view of nothing with an ambiguous -1", 2,
         [&] {
             view(empty, {0, -1});
         }},
        {"view of 6 elements as 4", 3, [&] { view(m, {4}); }},
        {"view across transposed dims", 3, [&] { view(transpose(m, 0, 1), {6}); }},
        {"reshape across transposed dims", 0, [&] { reshape(transpose(m, 0, 1), {6}, &copies); }},
        {"permute of wrong length", 2, [&] { permute(m, {0}); }},
        {"permute with a repeat", 2,
         [&] {
             permute(m, {0, -2});
         }},
        {"permute out of range", 5,
         [&] {
             permute(m, {0, 2});
         }},
        {"unsqueeze beyond 64 dims", 2, [] { unsqueeze(of(std::vector<int64_t>(64, 1)), 0); }},
        {"slice by 0 with a bad dim: the step first", 2, [&] { slice(m, 9, 0, 1, 0); }},
        {"slice of a 0-d", 3, [&] { slice(scalar, 0, 0, 1, 1); }},
        {"chunks 0", 2, [&] { chunk(m, 0, 0); }},
        {"more chunks than memory holds", 7,
         [&] {
             chunk(of({0, int64_t{1} << 40}), int64_t{1} << 40, 1);
         }},
        {"cat of nothing", 2, [] { cat({}, 0); }},
        {"cat of a 0-d", 3, [&] { cat({&scalar}, 0); }},
        {"stack of unequal shapes", 3,
         [&] {
             stack({&m, &empty}, 0);
         }},
        {"index_select with a matrix of indices", 3, [&] { index_select(m, 0, m); }},
        {"gather wider than its source", 3,
         [&] {
             gather(m, 0, of({2, 4}, DType::i64));
         }},
        {"embedding in a vector", 3, [&] { embedding(ints, of({3})); }},
        {"conv2d with three strides", 2,
         [] {
             conv2d_parameters({1, 1, 1}, {}, {}, 1);
         }},
        {"conv2d with 2^32 groups", 2, [] { conv2d_parameters({}, {}, {}, int64_t{1} << 32); }},
        {"pooling padded by more than half the kernel", 2, [] { pool2d_parameters({2}, {}, {2}); }},
        {"a kernel larger than its padded input", 3,
         [] {
             conv2d(of({1, 1, 2, 2}), of({1, 1, 3, 3}), nullptr, conv2d_parameters({}, {}, {}, 1));
         }},
        {"batch_norm with one running statistic", 2,
         [&] {
             batch_norm(m, {&m, nullptr, nullptr, nullptr, true, false});
         }},
        {"batch_norm in evaluation without statistics", 2,
         [&] {
             batch_norm(m, {nullptr, nullptr, nullptr, nullptr, false, false});
         }},
        {"layer_norm with no normalized shape", 2, [&] { layer_norm(m, {}, nullptr, nullptr); }},
        {"layer_norm of int64 of the wrong shape: the dtype first", 4,
         [&] { layer_norm(ints, {9}, nullptr, nullptr); }},
        {"linear with a bias of the wrong length", 3,
         [&] {
             const Meta bias = of({5});
             linear(m, of({4, 3}), &bias);
         }},
        {"binary_cross_entropy of shapes that only broadcast", 3, [&] { binary_cross_entropy(m, of({3})); }},
        {"mse_loss of shapes that broadcast", 0, [&] { mse_loss(m, of({3})); }},
        {"nll_loss of int64 and a wrong target: the dtype first", 4, [&] { nll_loss(ints, m); }},
    };
    for (const Refusal& row : table) EXPECT_EQ(code(row.body), row.code) << row.what;
}

struct Shape {
    const char* what;
    Dims sizes;
    Meta result;
};

TEST(Rules, give_the_results_sizes) {
    const Meta m = of({2, 3}), scalar = of({});
    bool copies = false;
    const Pool2d pool = pool2d_parameters({2, 3}, {}, {1});
    const Meta a = of({2, 5}), skipped = of({0});
    const std::vector<Shape> table{
        {"broadcast", {4, 2, 3}, add(m, of({4, 1, 3}))},
        {"broadcast with 0", {0, 3}, add(of({1, 3}), of({0, 1}))},
        {"matmul of a batch", {5, 2, 7}, matmul(m, of({5, 3, 7}))},
        {"matmul of vectors", {}, matmul(of({3}), of({3}))},
        {"matmul of a matrix and a vector", {2}, matmul(m, of({3}))},
        {"svd's U", {2, 2}, svd(m)[0]},
        {"svd's Vh", {2, 3}, svd(m)[2]},
        {"sum_dim from the end, kept", {2, 1}, sum_dim(m, -1, true)},
        {"sum_dim of a 0-d", {}, sum_dim(scalar, -1, false)},
        {"reshape with -1", {3, 2}, reshape(m, {-1, 2}, &copies)},
        {"flatten of a 0-d", {1}, flatten(scalar, &copies)},
        {"slice with huge bounds", {2, 3}, slice(m, 1, std::numeric_limits<int64_t>::min(), kMost, 1)},
        {"slice by the largest step", {2, 1}, slice(m, 1, 0, 3, kMost)},
        {"chunk's tail", {2, 1}, chunk(of({2, 5}), 3, 1)[2]},
        {"cat over a skipped empty vector", {2, 8}, cat({&skipped, &m, &a}, 1)},
        {"stack at the end", {2, 3, 2}, stack({&m, &m}, -1)},
        {"embedding", {2, 3, 7}, embedding(m, of({10, 7}))},
        {"conv2d with stride and dilation",
         {1, 4, 3, 2},
         conv2d(of({1, 2, 8, 8}), of({4, 2, 3, 3}), nullptr, conv2d_parameters({2, 3}, {}, {1, 2}, 1))},
        {"pooling's windows", {3, 3, 2}, pool2d(of({3, 4, 5}), pool)},
        {"linear, 128 to 64", {32, 64}, linear(of({32, 128}), of({64, 128}), nullptr)},
    };
    for (const Shape& row : table)
        EXPECT_EQ(row.result.sizes, row.sizes)
            << row.what << ": " << fmt::format("{}", row.result.sizes) << ", not " << fmt::format("{}", row.sizes);
    EXPECT_EQ(chunk(of({5}), 4, 0).size(), 3u);  // pieces of 2, as PyTorch cuts them
    EXPECT_EQ(arange(0, 1, 0.3).sizes, Dims({4}));
}

TEST(Rules, give_views_PyTorchs_strides) {
    const Meta m = of({2, 3, 4});
    const Meta swapped = transpose(m, 0, -1);
    EXPECT_EQ(swapped.strides, Dims({1, 4, 12}));
    EXPECT_FALSE(swapped.contiguous());
    EXPECT_EQ(view(swapped, {2, 2, 3, 2}).strides, Dims({2, 1, 4, 12}));
    EXPECT_EQ(view(slice(m, 2, 1, 4, 2), {6, 2}).strides, Dims({4, 2}));
    EXPECT_EQ(slice(m, 2, 1, 4, 2).offset, 1);
    EXPECT_EQ(unsqueeze(m, 1).strides, Dims({12, 12, 4, 1}));
    EXPECT_EQ(squeeze(of({1, 2, 1, 3})).strides, Dims({3, 1}));
    EXPECT_EQ(permute(m, {2, 0, -2}).strides, Dims({1, 12, 4}));
    bool copies = false;
    EXPECT_EQ(reshape(swapped, {24}, &copies).strides, Dims({1}));
    EXPECT_TRUE(copies);
}

TEST(Rules, promote_dtypes) {
    const Meta f32 = of({2}), f64 = of({2}, DType::f64), i64 = of({2}, DType::i64), scalar64 = of({}, DType::f64);
    EXPECT_EQ(add(i64, f32).dtype, DType::f32);
    EXPECT_EQ(add(f32, scalar64).dtype, DType::f64);  // dims do not count
    EXPECT_EQ(add(i64, i64).dtype, DType::i64);
    EXPECT_EQ(div(i64, i64).dtype, DType::f32);
    EXPECT_EQ(to_floating(i64).dtype, DType::f32);
    EXPECT_EQ(to_floating(f64).dtype, DType::f64);
    EXPECT_EQ(argmax(f64, 0, false).dtype, DType::i64);
    EXPECT_EQ(cat({&i64, &f64}, 0).dtype, DType::f64);
}

TEST(Dims, keep_their_values_beyond_the_inline_ones) {
    Dims dims;
    for (int64_t i = 0; i < 9; ++i) dims.push_back(i);
    dims.erase(0);
    dims.insert(2, 42);
    EXPECT_EQ(dims, Dims({1, 2, 42, 3, 4, 5, 6, 7, 8}));
    const Dims copy = dims;
    dims.resize(3);
    EXPECT_EQ(dims, Dims({1, 2, 42}));
    EXPECT_EQ(copy.size(), 9u);
    EXPECT_EQ(copy.back(), 8);
}

}  // namespace
}  // namespace simple::rules

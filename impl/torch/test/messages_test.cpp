// The messages of failures that are made only when asked for, word by word (E6).
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "impl/abi/rt_torch.h"

namespace simple {
namespace {

std::string message() {
    char* text = rt_torch_last_error_message();
    const std::string copy = text ? text : "NULL";
    std::free(text);
    return copy;
}

template <typename Make>
int64_t with_dims(const std::vector<int64_t>& dims, Make make) {
    std::vector<SplValue> items(dims.size());
    for (size_t i = 0; i < dims.size(); ++i) items[i].tag = SPL_INT, items[i].as_int = dims[i];
    const SplArray array{items.data(), static_cast<int64_t>(items.size()), static_cast<int64_t>(items.size())};
    return make(&array);
}
int64_t zeros(const std::vector<int64_t>& dims) { return with_dims(dims, rt_torch_tensor_zeros); }
int64_t full(const std::vector<int64_t>& dims, double value) {
    return with_dims(dims, [=](const SplArray* array) { return rt_torch_tensor_full(array, value); });
}

std::string mismatch(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
    const int64_t x = zeros(a), y = zeros(b), live = rt_torch_live_tensors();
    EXPECT_EQ(rt_torch_torchtensor_mul(x, y), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 3);
    rt_torch_torchtensor_free(x);
    rt_torch_torchtensor_free(y);
    EXPECT_EQ(rt_torch_last_error_code(), 0);
    EXPECT_EQ(message(), "");
    EXPECT_EQ(rt_torch_live_tensors(), live - 2);
    EXPECT_EQ(rt_torch_torchtensor_div(zeros(a), zeros(b)), 0);
    return message();
}

TEST(Messages, NameShapesThatDoNotBroadcast) {
    EXPECT_EQ(mismatch({4, 4}, {4, 5}),
              "rt_torch_torchtensor_div: handle has shape [4, 4] and other [4, 5], which do not broadcast");
    EXPECT_EQ(mismatch({0}, {2, 3}),
              "rt_torch_torchtensor_div: handle has shape [0] and other [2, 3], which do not broadcast");
    EXPECT_EQ(mismatch({1, 2, 3, 4}, {5, 6, 7, 8}),
              "rt_torch_torchtensor_div: handle has shape [1, 2, 3, 4] and other [5, 6, 7, 8], which do not broadcast");
    EXPECT_EQ(mismatch({1, 1, 1, 1, 1, 1, 2}, {3}),
              "rt_torch_torchtensor_div: handle has shape [1, 1, 1, 1, 1, 1, 2] and other [3], which do not broadcast");
}

TEST(Messages, NameShapesOfManyDims) {
    EXPECT_EQ(mismatch({1, 1, 1, 1, 2}, {1, 1, 1, 3}),
              "rt_torch_torchtensor_div: handle has shape [1, 1, 1, 1, 2] and other [1, 1, 1, 3], which do not "
              "broadcast");
}

TEST(Messages, NameTheHandleThatNamesNoTensor) {
    const int64_t x = zeros({2});
    EXPECT_EQ(rt_torch_torchtensor_add(-7, -8), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 1);
    EXPECT_EQ(message(), "rt_torch_torchtensor_add: handle -7 names no live tensor");
    EXPECT_EQ(rt_torch_torchtensor_add(x, 0), 0);
    EXPECT_EQ(message(), "rt_torch_torchtensor_add: other 0 names no live tensor");
    EXPECT_EQ(rt_torch_torchtensor_relu(5), 0);
    EXPECT_EQ(message(), "rt_torch_torchtensor_relu: handle 5 names no live tensor");
    EXPECT_EQ(rt_torch_torchtensor_to_data(6), nullptr);
    EXPECT_EQ(rt_torch_last_error_code(), 1);
    EXPECT_EQ(message(), "rt_torch_torchtensor_to_data: handle 6 names no live tensor");
    rt_torch_torchtensor_free(5);
    EXPECT_EQ(rt_torch_last_error_code(), 1);
    EXPECT_EQ(message(), "rt_torch_torchtensor_free: handle 5 names no live tensor");
    rt_torch_torchstream_free(x);
    EXPECT_EQ(message(), "rt_torch_torchstream_free: handle " + std::to_string(x) + " names no live stream");
}

TEST(Messages, ShowElementsAsTheirDtypeReadsThemBack) {
    SplValue value{};
    value.tag = SPL_FLOAT;
    value.as_float = 1.1f;
    const SplArray data{&value, 1, 1};
    const int64_t wide = with_dims({1}, [&](const SplArray* dims) { return rt_torch_tensor_from_data(&data, dims); });
    const int64_t x = full({1}, 1.1), half = full({1}, 0.5);
    EXPECT_TRUE(std::isnan(rt_torch_nn_binary_cross_entropy(x, half)));
    EXPECT_EQ(message(), "rt_torch_nn_binary_cross_entropy: input holds 1.1, outside [0, 1]");
    EXPECT_TRUE(std::isnan(rt_torch_nn_binary_cross_entropy(wide, half)));
    EXPECT_EQ(message(), "rt_torch_nn_binary_cross_entropy: input holds 1.100000023841858, outside [0, 1]");
    EXPECT_EQ(rt_torch_torchtensor_index_select(half, 0, x), 0);
    EXPECT_EQ(message(), "rt_torch_torchtensor_index_select: indices holds 1.1, which is no whole number within int64");
    EXPECT_EQ(rt_torch_torchtensor_svd(full({2, 2}, INFINITY)), 0);
    EXPECT_EQ(message(), "rt_torch_torchtensor_svd: handle holds inf, which is not finite");
}

TEST(Messages, SayWhichMatrixIsSingular) {
    EXPECT_EQ(rt_torch_torchtensor_inverse(full({2, 2}, 1)), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 6);
    EXPECT_EQ(message(), "rt_torch_torchtensor_inverse: handle is singular: pivot 2 is zero");
    EXPECT_EQ(rt_torch_torchtensor_inverse(full({3, 2, 2}, 1)), 0);
    EXPECT_EQ(rt_torch_last_error_code(), 6);
    EXPECT_EQ(message(), "rt_torch_torchtensor_inverse: handle is singular: pivot 2 of matrix 0 is zero");
}

}  // namespace
}  // namespace simple

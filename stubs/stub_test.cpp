// The stub through its C boundary: what it says it is, shapes, placeholders, gradients' existence, handle life.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {
namespace {

struct Numbers {
    std::vector<SplValue> items;
    SplArray array{};
    Numbers(std::initializer_list<int64_t> values) {
        for (int64_t value : values) {
            SplValue item{};
            item.tag = SPL_INT;
            item.as_int = value;
            items.push_back(item);
        }
        array = {items.data(), static_cast<int64_t>(items.size()), static_cast<int64_t>(items.size())};
    }
    operator const SplArray*() const { return &array; }
};

std::string taken(char* text) {
    std::string copy = text ? text : "NULL";
    std::free(text);
    return copy;
}

class Stub : public testing::Test {
  protected:
    static const Backend& rt() {
        static const Backend backend = load_backend(STUB_LIBRARY);
        return backend;
    }
    void TearDown() override {
        for (int64_t handle : handles_) rt().free(handle);
        EXPECT_EQ(rt().live_tensors(), 0);
    }
    int64_t keep(int64_t handle) {
        EXPECT_GT(handle, 0) << taken(rt().last_error_message());
        handles_.push_back(handle);
        return handle;
    }
    int64_t made(const Numbers& dims) { return keep(rt().randn(dims)); }
    int64_t leaf(const Numbers& dims) {
        const int64_t x = made(dims);
        rt().set_requires_grad(x, true);
        return x;
    }
    int64_t loss_of(int64_t x) { return keep(rt().mse_loss_tensor(x, made({1}))); }
    bool has_grad(int64_t x) {
        const int64_t grad = rt().grad(x);
        EXPECT_EQ(rt().last_error_code(), 0);
        rt().free(grad);
        return grad != 0;
    }
    static std::vector<int64_t> shape(int64_t x) {
        SplArray* array = rt().shape(x);
        std::vector<int64_t> sizes;
        for (int64_t i = 0; array && i < array->len; ++i) sizes.push_back(array->items[i].as_int);
        if (array) std::free(array->items);
        std::free(array);
        return sizes;
    }

  private:
    std::vector<int64_t> handles_;
};

using Sizes = std::vector<int64_t>;

TEST_F(Stub, has_every_function_and_says_what_it_is) {
    EXPECT_TRUE(rt().missing.empty()) << rt().missing.front();
    EXPECT_FALSE(rt().available());
    EXPECT_FALSE(rt().cuda_available());
    EXPECT_EQ(taken(rt().version()), "stub");
    EXPECT_EQ(taken(rt().backend_name()), "stub");
    EXPECT_EQ(rt().abi_version(), 1000);
}

// The mock test of the integration guide.
TEST_F(Stub, linear_of_128_to_64_on_a_batch_of_32) {
    EXPECT_EQ(shape(keep(rt().linear(made({32, 128}), made({64, 128}), made({64})))), (Sizes{32, 64}));
    EXPECT_EQ(shape(keep(rt().linear(made({32, 128}), made({64, 128}), 0))), (Sizes{32, 64}));
}

TEST_F(Stub, gives_placeholders_for_elements) {
    const int64_t x = keep(rt().full(Numbers{2, 3}, 7));
    EXPECT_EQ(rt().sum(x), 0);
    EXPECT_EQ(rt().last_error_code(), 0);
    SplArray* data = rt().to_data(x);
    ASSERT_NE(data, nullptr);
    EXPECT_EQ(data->len, 6);
    for (int64_t i = 0; i < data->len; ++i) {
        EXPECT_EQ(data->items[i].tag, static_cast<uint32_t>(SPL_FLOAT));
        EXPECT_EQ(data->items[i].as_float, 0);
    }
    std::free(data->items);
    std::free(data);
    EXPECT_EQ(rt().numel(made({int64_t{1} << 40})), int64_t{1} << 40);
    EXPECT_EQ(rt().zeros(Numbers{int64_t{1} << 45}), 0);
    EXPECT_EQ(rt().last_error_code(), 7);
}

TEST_F(Stub, fails_with_the_sentinel_a_code_and_a_message_that_names_the_function) {
    EXPECT_EQ(rt().add(made({2, 3}), made({4})), 0);
    EXPECT_EQ(rt().last_error_code(), 3);
    EXPECT_NE(taken(rt().last_error_message()).find("rt_torch_torchtensor_add"), std::string::npos);
    EXPECT_TRUE(std::isnan(rt().sum(12345)));
    EXPECT_EQ(rt().last_error_code(), 1);
    EXPECT_EQ(rt().device(12345), -2);
    EXPECT_EQ(rt().cuda(made({1}), 0), 0);
    EXPECT_EQ(rt().last_error_code(), 8);
    EXPECT_EQ(rt().stream_create(0), 0);
    EXPECT_EQ(rt().last_error_code(), 8);
}

TEST_F(Stub, gives_handles_back_once) {
    const int64_t x = rt().randn(Numbers{2});
    const int64_t view = keep(rt().view(x, Numbers{2, 1}));
    rt().free(x);
    EXPECT_EQ(rt().last_error_code(), 0);
    rt().free(x);
    EXPECT_EQ(rt().last_error_code(), 1);
    EXPECT_EQ(shape(view), (Sizes{2, 1}));
    rt().free(0);
    EXPECT_EQ(rt().last_error_code(), 0);
    EXPECT_EQ(rt().live_tensors(), 1);
}

TEST_F(Stub, gives_gradients_to_the_leaves_that_backward_reaches) {
    const int64_t x = leaf({2, 3}), y = leaf({3}), other = leaf({3});
    const int64_t sum = keep(rt().add(x, y));
    EXPECT_TRUE(rt().requires_grad(sum));
    rt().backward(sum);
    EXPECT_EQ(rt().last_error_code(), 3);
    EXPECT_FALSE(has_grad(x));
    rt().backward(loss_of(sum));
    EXPECT_EQ(rt().last_error_code(), 0);
    EXPECT_TRUE(has_grad(x) && has_grad(y));
    EXPECT_FALSE(has_grad(other));
    EXPECT_FALSE(has_grad(sum));
    EXPECT_EQ(shape(keep(rt().grad(y))), (Sizes{3}));
    rt().backward(made({1}));
    EXPECT_EQ(rt().last_error_code(), 2);
}

TEST_F(Stub, keeps_requires_grad_each_handles_own) {
    const int64_t base = made({4});
    const int64_t alias = keep(rt().view(base, Numbers{2, 2}));
    rt().set_requires_grad(base, true);
    EXPECT_FALSE(rt().requires_grad(alias));
    EXPECT_FALSE(rt().requires_grad(keep(rt().detach(base))));
    const int64_t computed = keep(rt().view(base, Numbers{2, 2}));
    EXPECT_TRUE(rt().requires_grad(computed));
    rt().set_requires_grad(computed, false);
    EXPECT_EQ(rt().last_error_code(), 2);
    rt().set_requires_grad(keep(rt().to_int(base)), true);
    EXPECT_EQ(rt().last_error_code(), 4);
}

TEST_F(Stub, nests_no_grad_on_each_thread) {
    const int64_t x = leaf({2});
    rt().no_grad_begin();
    rt().no_grad_begin();
    rt().no_grad_end();
    EXPECT_FALSE(rt().requires_grad(keep(rt().neg(x))));
    bool elsewhere = false;
    std::thread([&] {
        const int64_t y = rt().neg(x);
        elsewhere = rt().requires_grad(y);
        rt().free(y);
    }).join();
    EXPECT_TRUE(elsewhere);
    rt().no_grad_end();
    EXPECT_TRUE(rt().requires_grad(keep(rt().neg(x))));
    rt().no_grad_end();
    EXPECT_EQ(rt().last_error_code(), 9);
}

TEST_F(Stub, gives_no_gradient_to_a_leaf_that_stopped_requiring_one) {
    const int64_t x = leaf({1}), y = leaf({1});
    const int64_t sum = keep(rt().add(x, y));
    rt().set_requires_grad(x, false);
    rt().backward(sum);
    EXPECT_FALSE(has_grad(x));
    EXPECT_TRUE(has_grad(y));
}

// A graph deeper than the stack is given back without recursion.
TEST_F(Stub, gives_a_deep_graph_back) {
    int64_t x = rt().randn(Numbers{1});
    rt().set_requires_grad(x, true);
    for (int i = 0; i < 1000000; ++i) {
        const int64_t next = rt().neg(x);
        rt().free(x);
        x = next;
    }
    EXPECT_TRUE(rt().requires_grad(x));
    rt().free(x);
}

}  // namespace
}  // namespace simple

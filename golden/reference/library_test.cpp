// The library through its C boundary: handles, views, errors and the graph.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {
namespace {

class Library : public testing::Test {
  protected:
    static const Backend& rt() {
        static const Backend backend = load_backend(REFERENCE_LIBRARY);
        return backend;
    }
    void SetUp() override { live_ = rt().live_tensors(); }
    void TearDown() override {
        for (int64_t handle : handles_) rt().free(handle);
        EXPECT_EQ(rt().live_tensors(), live_);
    }
    int64_t keep(int64_t handle) {
        if (handle != 0) handles_.push_back(handle);
        return handle;
    }
    int64_t made(const std::vector<double>& elements, const std::vector<int64_t>& dims) {
        std::vector<SplValue> data(elements.size()), sizes(dims.size());
        for (size_t i = 0; i < data.size(); ++i) {
            data[i].tag = SPL_FLOAT;
            data[i].as_float = elements[i];
        }
        for (size_t i = 0; i < sizes.size(); ++i) {
            sizes[i].tag = SPL_INT;
            sizes[i].as_int = dims[i];
        }
        const SplArray data_array{data.data(), static_cast<int64_t>(data.size()), 1};
        const SplArray sizes_array{sizes.data(), static_cast<int64_t>(sizes.size()), 1};
        return keep(rt().from_data(&data_array, &sizes_array));
    }
    static std::vector<double> elements(int64_t handle) {
        SplArray* array = rt().to_data(handle);
        std::vector<double> out;
        for (int64_t i = 0; array && i < array->len; ++i) out.push_back(array->items[i].as_float);
        if (array) std::free(array->items);
        std::free(array);
        return out;
    }
    static std::string message() {
        char* text = rt().last_error_message();
        std::string copy = text;
        std::free(text);
        return copy;
    }

  private:
    std::vector<int64_t> handles_;
    int64_t live_ = 0;
};

using Numbers = std::vector<double>;

TEST_F(Library, HasEveryFunction) {
    EXPECT_TRUE(rt().missing.empty()) << rt().missing.front();
    char* name = rt().backend_name();
    EXPECT_EQ(std::string(name), "reference");
    std::free(name);
    EXPECT_TRUE(rt().available());
}

TEST_F(Library, ViewsShareStorage) {
    const int64_t mean = made({1, 2, 3, 4}, {2, 2}), row = keep(rt().slice(mean, 0, 1, 2, 1));
    const int64_t flat = keep(rt().flatten(row)), variance = made({1, 1}, {2});
    const int64_t x = made({0, 0, 4, 8}, {2, 2});
    keep(rt().batch_norm(x, flat, variance, 0, 0, true, 0.5, 1e-5));
    EXPECT_EQ(elements(mean), (Numbers{1, 2, 2.5, 4}));  // (3 + 2) / 2, (4 + 4) / 2
    EXPECT_EQ(elements(keep(rt().t(mean))), (Numbers{1, 2.5, 2, 4}));
}

TEST_F(Library, ErrorsGiveCodeAndMessage) {
    EXPECT_EQ(rt().add(made({1, 2}, {2}), made({1, 2, 3}, {3})), 0);
    EXPECT_EQ(rt().last_error_code(), 3);
    char* message = rt().last_error_message();
    EXPECT_NE(std::string(message).find("rt_torch_torchtensor_add"), std::string::npos) << message;
    std::free(message);
    EXPECT_EQ(rt().inverse(made({1, 2, 2, 4}, {2, 2})), 0);
    EXPECT_EQ(rt().last_error_code(), 6);
    rt().no_grad_end();
    EXPECT_EQ(rt().last_error_code(), 9);
    EXPECT_EQ(rt().neg(12345), 0);
    EXPECT_EQ(rt().last_error_code(), 1);
    EXPECT_EQ(rt().cuda(made({1}, {1}), 0), 0);
    EXPECT_EQ(rt().last_error_code(), 8);
}

TEST_F(Library, GradientsFlowThroughViewsAndAccumulate) {
    const int64_t x = made({1, 2, 3, 4}, {2, 2});
    rt().set_requires_grad(x, true);
    const int64_t column = keep(rt().slice(keep(rt().t(x)), 0, 1, 2, 1));  // 2 and 4
    const auto loss = [&] {
        const int64_t squares = keep(rt().mul(column, column));
        return keep(rt().sum_dim(keep(rt().flatten(squares)), 0, false));
    };
    EXPECT_EQ(rt().grad(x), 0);
    EXPECT_EQ(rt().last_error_code(), 0);
    const int64_t first = loss();
    rt().backward(first);
    const int64_t grad = keep(rt().grad(x));
    EXPECT_EQ(elements(grad), (Numbers{0, 4, 0, 8}));
    rt().backward(first);  // mul's operands have been used up
    EXPECT_EQ(rt().last_error_code(), 2);
    rt().backward(loss());
    EXPECT_EQ(elements(grad), (Numbers{0, 8, 0, 16}));
    rt().zero_grad(x);
    EXPECT_EQ(elements(grad), (Numbers{0, 0, 0, 0}));
}

TEST_F(Library, MessagesShowElementsAsTheirDtypeReadsThemBack) {
    SplValue size{};
    size.tag = SPL_INT;
    size.as_int = 1;
    const SplArray dims{&size, 1, 1};
    const int64_t x = keep(rt().full(&dims, 1.1)), y = keep(rt().full(&dims, 0.5));
    const int64_t wide = made({1.1f}, {1}), half = made({0.5}, {1});
    EXPECT_TRUE(std::isnan(rt().binary_cross_entropy(x, y)));
    EXPECT_EQ(message(), "rt_torch_nn_binary_cross_entropy: input holds 1.1, outside [0, 1]");
    EXPECT_TRUE(std::isnan(rt().binary_cross_entropy(wide, half)));
    EXPECT_EQ(message(), "rt_torch_nn_binary_cross_entropy: input holds 1.100000023841858, outside [0, 1]");
    EXPECT_EQ(keep(rt().index_select(half, 0, x)), 0);
    EXPECT_EQ(message(), "rt_torch_torchtensor_index_select: indices holds 1.1, which is no whole number");
}

TEST_F(Library, NoGradNestsAndFlagsAreEachHandlesOwn) {
    const int64_t x = made({1}, {1}), before = keep(rt().contiguous(x));
    rt().set_requires_grad(x, true);
    EXPECT_FALSE(rt().requires_grad(before));
    rt().no_grad_begin();
    rt().no_grad_begin();
    rt().no_grad_end();
    EXPECT_FALSE(rt().requires_grad(keep(rt().neg(x))));
    rt().no_grad_end();
    EXPECT_TRUE(rt().requires_grad(keep(rt().neg(x))));
    EXPECT_FALSE(rt().requires_grad(keep(rt().detach(x))));
}

TEST_F(Library, AGradientIsLaidOutAsItsLeaf) {
    const int64_t x = keep(rt().detach(keep(rt().t(made({1, 2, 3, 4, 5, 6}, {2, 3})))));
    rt().set_requires_grad(x, true);
    for (int times = 0; times < 2; ++times)
        rt().backward(keep(rt().sum_dim(keep(rt().flatten(keep(rt().mul(x, x)))), 0, false)));
    const int64_t grad = keep(rt().grad(x));
    EXPECT_EQ(elements(grad), (Numbers{4, 16, 8, 20, 12, 24}));
    const int64_t copy = keep(rt().contiguous(grad));  // an alias, were it row-major
    rt().zero_grad(x);
    EXPECT_EQ(elements(copy), (Numbers{4, 16, 8, 20, 12, 24}));
    EXPECT_EQ(elements(grad), (Numbers{0, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace simple

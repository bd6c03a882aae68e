// The host's loader and the dyncall forms over a backend's dyncall library (argv[1]), called as a runtime does that
// knows only integers.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>
#include <thread>

#include "impl/dynload/rt_dl.h"

namespace {

const char* library_path = nullptr;
constexpr int64_t kFailedBits = 0x7ff8000000000000;

std::string last_reason() {
    char* text = rt_dlerror();
    std::string reason = text;
    free(text);
    return reason;
}

int64_t bits(double number) {
    int64_t pattern;
    std::memcpy(&pattern, &number, sizeof pattern);
    return pattern;
}

// An open library, closed at the end.
class Dynload : public testing::Test {
  protected:
    void SetUp() override {
        library_ = rt_dlopen(library_path, RT_DL_NOW);
        ASSERT_GT(library_, 0) << last_reason();
    }
    void TearDown() override { EXPECT_TRUE(rt_dlclose(library_)) << last_reason(); }

    template <typename... Integer>
    int64_t call(const std::string& symbol, Integer... arguments) {
        const int64_t address = rt_dlsym(library_, symbol.c_str());
        EXPECT_NE(address, 0) << last_reason();
        return reinterpret_cast<int64_t (*)(decltype(int64_t{arguments})...)>(address)(int64_t{arguments}...);
    }
    int32_t code() { return static_cast<int32_t>(call("rt_torch_last_error_code")); }
    bool call_bool(const std::string& symbol, int64_t argument) { return call(symbol, argument) & 0xff; }
    int64_t size(int64_t tensor, int64_t dim) { return call("rt_torch_torchtensor_shape_dim", tensor, dim); }
    void free_tensor(int64_t tensor) { call("rt_torch_torchtensor_free", tensor); }

    int64_t library_ = 0;
};

TEST(Loader, RefusesAPathThatIsNoLibrary) {
    EXPECT_EQ(rt_dlopen("/nowhere/libnothing.so", RT_DL_NOW), 0);
    EXPECT_NE(last_reason().find("libnothing.so"), std::string::npos) << last_reason();
    EXPECT_EQ(rt_dlopen(nullptr, RT_DL_NOW), 0);
    EXPECT_NE(last_reason(), "");
}

TEST(Loader, RefusesFlagsItDoesNotKnow) {
    for (int64_t flags : {0, 3, 4, 0x100, 0x202, -1}) {
        EXPECT_EQ(rt_dlopen(library_path, flags), 0) << flags;
        EXPECT_NE(last_reason().find(std::to_string(flags)), std::string::npos) << last_reason();
    }
}

TEST(Loader, RefusesHandlesThatAreNotOpen) {
    for (int64_t handle : {int64_t{0}, int64_t{-1}, int64_t{12345}, std::numeric_limits<int64_t>::max()}) {
        EXPECT_EQ(rt_dlsym(handle, "rt_torch_available"), 0);
        EXPECT_NE(last_reason(), "");
        EXPECT_FALSE(rt_dlclose(handle));
        EXPECT_NE(last_reason(), "");
    }
}

TEST(Loader, OpensLazilyAndGlobally) {
    for (int64_t flags : {RT_DL_LAZY, RT_DL_NOW}) {
        const int64_t library = rt_dlopen(library_path, flags);
        ASSERT_GT(library, 0) << last_reason();
        EXPECT_NE(rt_dlsym(library, "rt_torch_available"), 0);
        EXPECT_TRUE(rt_dlclose(library));
    }
    const int64_t library = rt_dlopen(library_path, RT_DL_NOW | RT_DL_GLOBAL);
    ASSERT_GT(library, 0) << last_reason();
    EXPECT_TRUE(rt_dlclose(library));
}

TEST(Loader, CountsHowOftenALibraryIsOpen) {
    const int64_t first = rt_dlopen(library_path, RT_DL_NOW);
    const int64_t second = rt_dlopen(library_path, RT_DL_NOW);
    EXPECT_TRUE(rt_dlclose(first));
    EXPECT_NE(rt_dlsym(second, "rt_torch_available"), 0) << last_reason();
    EXPECT_TRUE(rt_dlclose(second));
    EXPECT_FALSE(rt_dlclose(second));
}

TEST_F(Dynload, NamesASymbolThatIsAbsentAndForgetsItOnSuccess) {
    EXPECT_EQ(rt_dlsym(library_, "rt_torch_no_such_function"), 0);
    EXPECT_NE(last_reason().find("rt_torch_no_such_function"), std::string::npos) << last_reason();
    EXPECT_EQ(rt_dlsym(library_, nullptr), 0);
    EXPECT_NE(rt_dlsym(library_, "rt_torch_available"), 0);
    EXPECT_EQ(last_reason(), "");
}

TEST_F(Dynload, KeepsTheReasonOnTheThreadThatFailed) {
    EXPECT_EQ(rt_dlsym(library_, "rt_torch_no_such_function"), 0);
    std::thread([] { EXPECT_EQ(last_reason(), ""); }).join();
    EXPECT_NE(last_reason(), "");
}

TEST_F(Dynload, EveryFormIsThere) {
#define RT_DYNCALL(symbol, count) EXPECT_NE(rt_dlsym(library_, #symbol), 0) << last_reason();
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
}

TEST_F(Dynload, DimsTravelAsNumbers) {
    const std::string makers[] = {"zeros", "ones", "randn", "rand", "empty"};
    for (const std::string& maker : makers) {
        const int64_t tensor = call("rt_torch_tensor_" + maker + "_4d", 2, 3, 4, 5);
        ASSERT_GT(tensor, 0) << maker;
        for (int dim = 0; dim < 4; ++dim) EXPECT_EQ(size(tensor, dim), dim + 2) << maker;
        EXPECT_EQ(size(tensor, -1), 5);
        free_tensor(tensor);
    }
    const int64_t full = call("rt_torch_tensor_full_2d", 2, 3, bits(1.5));
    EXPECT_EQ(size(full, 1), 3);
    const int64_t reshaped = call("rt_torch_torchtensor_reshape_3d", full, 1, -1, 2);
    EXPECT_EQ(size(reshaped, 1), 3);
    const int64_t permuted = call("rt_torch_torchtensor_permute_3d", reshaped, 2, 0, 1);
    EXPECT_EQ(size(permuted, 0), 2);
    EXPECT_EQ(size(permuted, 2), 3);
    for (int64_t tensor : {full, reshaped, permuted}) free_tensor(tensor);
}

TEST_F(Dynload, DoublesTravelAsBits) {
    const int64_t range = call("rt_torch_tensor_arange_bits", bits(0), bits(2.5), bits(0.5));
    EXPECT_EQ(size(range, 0), 5);
    const int64_t spaced = call("rt_torch_tensor_linspace_bits", bits(0), bits(1), 7);
    EXPECT_EQ(size(spaced, 0), 7);
    EXPECT_EQ(call("rt_torch_torchtensor_pow_bits", int64_t{0}, bits(2)), 0);
    EXPECT_EQ(code(), 1);
    const int64_t dropped = call("rt_torch_nn_dropout_bits", range, bits(1.5), 1);
    EXPECT_EQ(dropped, 0);
    EXPECT_EQ(code(), 2) << "p must have arrived as 1.5";
    free_tensor(range);
    free_tensor(spaced);
}

TEST_F(Dynload, ListsOfTensorsTravelAsNumbers) {
    const int64_t a = call("rt_torch_tensor_ones_2d", 2, 3), b = call("rt_torch_tensor_ones_2d", 4, 3);
    const int64_t joined = call("rt_torch_torchtensor_cat_3", a, b, a, 0);
    EXPECT_EQ(size(joined, 0), 8);
    const int64_t stacked = call("rt_torch_torchtensor_stack_2", a, a, -1);
    EXPECT_EQ(size(stacked, 2), 2);
    EXPECT_EQ(call("rt_torch_torchtensor_stack_2", a, b, 0), 0);
    EXPECT_EQ(code(), 3);
    for (int64_t tensor : {a, b, joined, stacked}) free_tensor(tensor);
}

TEST_F(Dynload, PairsTravelAsNumbersInTheirOrder) {
    const int64_t x = call("rt_torch_tensor_ones_4d", 1, 2, 12, 14), w = call("rt_torch_tensor_ones_4d", 3, 2, 3, 2);
    // Rows: (12 + 2*1 - 2*(3-1) - 1)/2 + 1 = 6. Columns: (14 + 2*0 - 1*(2-1) - 1)/3 + 1 = 5.
    const int64_t y = call("rt_torch_nn_conv2d_simple", x, w, 0, 2, 3, 1, 0, 2, 1, 1);
    EXPECT_EQ(size(y, 1), 3);
    EXPECT_EQ(size(y, 2), 6);
    EXPECT_EQ(size(y, 3), 5);
    // Rows: (12 + 2*1 - 3)/2 + 1 = 6. Columns: (14 - 2)/4 + 1 = 4.
    for (const char* pool : {"rt_torch_nn_max_pool2d_simple", "rt_torch_nn_avg_pool2d_simple"}) {
        const int64_t pooled = call(pool, x, 3, 2, 2, 4, 1, 0);
        EXPECT_EQ(size(pooled, 2), 6) << pool;
        EXPECT_EQ(size(pooled, 3), 4) << pool;
        free_tensor(pooled);
    }
    for (int64_t tensor : {x, w, y}) free_tensor(tensor);
}

TEST_F(Dynload, NormalizationTakesItsFlagsAndBits) {
    const int64_t x = call("rt_torch_tensor_ones_2d", 4, 3);
    const int64_t trained = call("rt_torch_nn_batch_norm_bits", x, 0, 0, 0, 0, 1, bits(0.1), bits(1e-5));
    EXPECT_GT(trained, 0);
    EXPECT_EQ(call("rt_torch_nn_batch_norm_bits", x, 0, 0, 0, 0, 0, bits(0.1), bits(1e-5)), 0);
    EXPECT_EQ(code(), 2) << "evaluation without running statistics";
    const int64_t normalized = call("rt_torch_nn_layer_norm_2d", x, 4, 3, 0, 0, bits(1e-5));
    EXPECT_GT(normalized, 0);
    EXPECT_EQ(call("rt_torch_nn_layer_norm_1d", x, 4, 0, 0, bits(1e-5)), 0);
    EXPECT_EQ(code(), 3);
    for (int64_t tensor : {x, trained, normalized}) free_tensor(tensor);
}

TEST_F(Dynload, AFailedFormWithADoubleGivesTheFixedNaN) {
    for (const char* name : {"torchtensor_sum", "torchtensor_mean", "torchtensor_max", "torchtensor_min",
                             "torchtensor_norm", "torchtensor_det", "torchtensor_std", "torchtensor_var"})
        EXPECT_EQ(call(std::string("rt_torch_") + name + "_bits", 0), kFailedBits) << name;
    for (const char* name : {"mse_loss", "cross_entropy", "binary_cross_entropy", "nll_loss"}) {
        EXPECT_EQ(call(std::string("rt_torch_nn_") + name + "_bits", 0, 0), kFailedBits) << name;
        EXPECT_EQ(code(), 1) << name;
    }
}

TEST_F(Dynload, ShapeDimFailsWithMinusOneAndACode) {
    EXPECT_EQ(size(0, 0), -1);
    EXPECT_EQ(code(), 1);
    const int64_t x = call("rt_torch_tensor_ones_2d", 2, 3);
    const int64_t scalar = call("rt_torch_torchtensor_squeeze", call("rt_torch_tensor_ones_1d", 1));
    for (int64_t dim :
         {int64_t{2}, int64_t{-3}, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
        EXPECT_EQ(size(x, dim), -1) << dim;
        EXPECT_EQ(code(), 5) << dim;
    }
    for (int64_t dim : {0, -1}) {
        EXPECT_EQ(size(scalar, dim), -1) << "0-d, dim " << dim;
        EXPECT_EQ(code(), 5) << "0-d, dim " << dim;
    }
    EXPECT_EQ(size(x, -2), 2);
    EXPECT_EQ(code(), 0);
}

// What only a backend with values can show.
TEST_F(Dynload, ValuesArriveBitForBit) {
    if (!call_bool("rt_torch_available", 0)) GTEST_SKIP() << "the stub has no values";
    const int64_t x = call("rt_torch_tensor_full_1d", 3, bits(0.75));
    EXPECT_EQ(call("rt_torch_torchtensor_sum_bits", x), bits(2.25));
    const int64_t scaled = call("rt_torch_torchtensor_mul_scalar_bits", x, bits(-2.0));
    EXPECT_EQ(call("rt_torch_torchtensor_max_bits", scaled), bits(-1.5));
    const int64_t shifted = call("rt_torch_torchtensor_add_scalar_bits", scaled, bits(0.5));
    EXPECT_EQ(call("rt_torch_torchtensor_min_bits", shifted), bits(-1.0));
    const int64_t squared = call("rt_torch_torchtensor_pow_bits", shifted, bits(2.0));
    EXPECT_EQ(call("rt_torch_torchtensor_sum_bits", squared), bits(3.0));
    const int64_t leaky = call("rt_torch_torchtensor_leaky_relu_bits", shifted, bits(0.25));
    EXPECT_EQ(call("rt_torch_torchtensor_sum_bits", leaky), bits(-0.75));
    for (int64_t tensor : {x, scaled, shifted, squared, leaky}) free_tensor(tensor);
}

}  // namespace

int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    if (argc != 2) return 64;
    library_path = argv[1];
    return RUN_ALL_TESTS();
}

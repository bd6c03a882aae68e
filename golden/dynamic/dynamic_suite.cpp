// Integration through rt_dlopen, rt_dlsym and the dyncall forms: the candidate called as a runtime does that knows only
// integers. A candidate without the forms has those cases skipped (dyncall).
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <limits>
#include <string>

#include "ci/testkit/suite.h"
#include "golden/dynamic/drawn_forms.h"
#include "golden/dynamic/extreme_forms.h"
#include "golden/dynamic/property_forms.h"
#include "golden/dynamic/recorded_forms.h"
#include "impl/abi/library_path.h"
#include "impl/dynload/rt_dl.h"

namespace simple {
namespace {

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

// The candidate as the host's loader gives it.
class Loaded {
  public:
    explicit Loaded(const std::string& path) : library_(rt_dlopen(path.c_str(), RT_DL_NOW)) {
        if (library_ <= 0) throw std::runtime_error(last_reason());
    }
    Loaded(const Loaded&) = delete;
    ~Loaded() { rt_dlclose(library_); }

    int64_t address(const std::string& symbol) const { return rt_dlsym(library_, symbol.c_str()); }
    bool has(const std::string& symbol) const { return address(symbol) != 0; }

    template <typename... Integer>
    int64_t call(const std::string& symbol, Integer... arguments) const {
        const int64_t function = address(symbol);
        if (!function) throw std::runtime_error(last_reason());
        return reinterpret_cast<int64_t (*)(decltype(int64_t{arguments})...)>(function)(int64_t{arguments}...);
    }
    // A caller sign-extends i32 and masks bool (L2).
    int32_t code() const { return static_cast<int32_t>(call("rt_torch_last_error_code")); }
    bool available() const { return call("rt_torch_available") & 0xff; }
    int64_t size(int64_t tensor, int64_t dim) const { return call("rt_torch_torchtensor_shape_dim", tensor, dim); }
    void free_tensor(int64_t tensor) const { call("rt_torch_torchtensor_free", tensor); }

  private:
    int64_t library_;
};

void every_core_function_is_found(const Backend& backend, const Loaded& t) {
    if (!backend.has_all(Set::core)) return skip("symbol");  // the step library judges that
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& f = functions()[i];
        EXPECT_TRUE(f.set != Set::core || t.has(std::string(f.symbol))) << last_reason();
    }
}

void an_absent_symbol_has_a_reason(const Loaded& t) {
    EXPECT_FALSE(t.has("rt_torch_no_such_function"));
    EXPECT_NE(last_reason().find("rt_torch_no_such_function"), std::string::npos) << last_reason();
}

void opening_again_gives_the_same_library(const Loaded& t, const std::string& path) {
    if (!t.has("rt_torch_tensor_ones") || !t.has("rt_torch_torchtensor_numel")) return skip("symbol");
    const Loaded again(path);
    const int64_t tensor = t.call("rt_torch_tensor_ones", int64_t{0});
    EXPECT_EQ(again.call("rt_torch_torchtensor_numel", tensor), 1) << "a handle of the first";
    t.free_tensor(tensor);
}

void every_form_is_there(const Loaded& t) {
#define RT_DYNCALL(symbol, count) EXPECT_TRUE(t.has(#symbol)) << last_reason();
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
}

void dims_travel_as_numbers(const Loaded& t) {
    const std::string makers[] = {"zeros", "ones", "randn", "rand", "empty"};
    for (const std::string& maker : makers) {
        const int64_t tensor = t.call("rt_torch_tensor_" + maker + "_4d", 2, 3, 4, 5);
        ASSERT_GT(tensor, 0) << maker;
        for (int dim = 0; dim < 4; ++dim) EXPECT_EQ(t.size(tensor, dim), dim + 2) << maker;
        EXPECT_EQ(t.size(tensor, -1), 5);
        t.free_tensor(tensor);
    }
    const int64_t full = t.call("rt_torch_tensor_full_2d", 2, 3, bits(1.5));
    EXPECT_EQ(t.size(full, 1), 3);
    const int64_t reshaped = t.call("rt_torch_torchtensor_reshape_3d", full, 1, -1, 2);
    EXPECT_EQ(t.size(reshaped, 1), 3);
    const int64_t permuted = t.call("rt_torch_torchtensor_permute_3d", reshaped, 2, 0, 1);
    EXPECT_EQ(t.size(permuted, 0), 2);
    EXPECT_EQ(t.size(permuted, 2), 3);
    for (int64_t tensor : {full, reshaped, permuted}) t.free_tensor(tensor);
}

void doubles_travel_as_bits(const Loaded& t) {
    const int64_t range = t.call("rt_torch_tensor_arange_bits", bits(0), bits(2.5), bits(0.5));
    EXPECT_EQ(t.size(range, 0), 5);
    const int64_t spaced = t.call("rt_torch_tensor_linspace_bits", bits(0), bits(1), 7);
    EXPECT_EQ(t.size(spaced, 0), 7);
    EXPECT_EQ(t.call("rt_torch_torchtensor_pow_bits", int64_t{0}, bits(2)), 0);
    EXPECT_EQ(t.code(), 1);
    const int64_t dropped = t.call("rt_torch_nn_dropout_bits", range, bits(1.5), 1);
    EXPECT_EQ(dropped, 0);
    EXPECT_EQ(t.code(), 2) << "p must have arrived as 1.5";
    t.free_tensor(range);
    t.free_tensor(spaced);
}

void lists_of_tensors_travel_as_numbers(const Loaded& t) {
    const int64_t a = t.call("rt_torch_tensor_ones_2d", 2, 3), b = t.call("rt_torch_tensor_ones_2d", 4, 3);
    const int64_t joined = t.call("rt_torch_torchtensor_cat_3", a, b, a, 0);
    EXPECT_EQ(t.size(joined, 0), 8);
    const int64_t stacked = t.call("rt_torch_torchtensor_stack_2", a, a, -1);
    EXPECT_EQ(t.size(stacked, 2), 2);
    EXPECT_EQ(t.call("rt_torch_torchtensor_stack_2", a, b, 0), 0);
    EXPECT_EQ(t.code(), 3);
    for (int64_t tensor : {a, b, joined, stacked}) t.free_tensor(tensor);
}

void pairs_travel_as_numbers_in_their_order(const Loaded& t) {
    const int64_t x = t.call("rt_torch_tensor_ones_4d", 1, 2, 12, 17),
                  w = t.call("rt_torch_tensor_ones_4d", 3, 2, 3, 2);
    // Rows: (12 + 2*1 - 2*(3-1) - 1)/2 + 1 = 5. Columns: (17 + 2*0 - 1*(2-1) - 1)/3 + 1 = 6.
    const int64_t y = t.call("rt_torch_nn_conv2d_simple", x, w, 0, 2, 3, 1, 0, 2, 1, 1);
    EXPECT_EQ(t.size(y, 1), 3);
    EXPECT_EQ(t.size(y, 2), 5);
    EXPECT_EQ(t.size(y, 3), 6);
    // Rows: (12 + 2*1 - 3)/2 + 1 = 6. Columns: (17 - 2)/4 + 1 = 4.
    for (const char* pool : {"rt_torch_nn_max_pool2d_simple", "rt_torch_nn_avg_pool2d_simple"}) {
        const int64_t pooled = t.call(pool, x, 3, 2, 2, 4, 1, 0);
        EXPECT_EQ(t.size(pooled, 2), 6) << pool;
        EXPECT_EQ(t.size(pooled, 3), 4) << pool;
        t.free_tensor(pooled);
    }
    for (int64_t tensor : {x, w, y}) t.free_tensor(tensor);
}

void normalization_takes_its_flags_and_bits(const Loaded& t) {
    const int64_t x = t.call("rt_torch_tensor_ones_2d", 4, 3);
    const int64_t trained = t.call("rt_torch_nn_batch_norm_bits", x, 0, 0, 0, 0, 1, bits(0.1), bits(1e-5));
    EXPECT_GT(trained, 0);
    EXPECT_EQ(t.call("rt_torch_nn_batch_norm_bits", x, 0, 0, 0, 0, 0, bits(0.1), bits(1e-5)), 0);
    EXPECT_EQ(t.code(), 2) << "evaluation without running statistics";
    const int64_t normalized = t.call("rt_torch_nn_layer_norm_2d", x, 4, 3, 0, 0, bits(1e-5));
    EXPECT_GT(normalized, 0);
    EXPECT_EQ(t.call("rt_torch_nn_layer_norm_1d", x, 4, 0, 0, bits(1e-5)), 0);
    EXPECT_EQ(t.code(), 3);
    for (int64_t tensor : {x, trained, normalized}) t.free_tensor(tensor);
}

void a_failed_form_with_a_double_gives_the_fixed_nan(const Loaded& t) {
    for (const char* name : {"torchtensor_sum", "torchtensor_mean", "torchtensor_max", "torchtensor_min",
                             "torchtensor_norm", "torchtensor_det", "torchtensor_std", "torchtensor_var"})
        EXPECT_EQ(t.call(std::string("rt_torch_") + name + "_bits", 0), kFailedBits) << name;
    for (const char* name : {"mse_loss", "cross_entropy", "binary_cross_entropy", "nll_loss"}) {
        EXPECT_EQ(t.call(std::string("rt_torch_nn_") + name + "_bits", 0, 0), kFailedBits) << name;
        EXPECT_EQ(t.code(), 1) << name;
    }
}

void shape_dim_fails_with_minus_one_and_a_code(const Loaded& t) {
    EXPECT_EQ(t.size(0, 0), -1);
    EXPECT_EQ(t.code(), 1);
    const int64_t x = t.call("rt_torch_tensor_ones_2d", 2, 3);
    const int64_t one = t.call("rt_torch_tensor_ones_1d", 1), scalar = t.call("rt_torch_torchtensor_squeeze", one);
    for (int64_t dim :
         {int64_t{2}, int64_t{-3}, std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}) {
        EXPECT_EQ(t.size(x, dim), -1) << dim;
        EXPECT_EQ(t.code(), 5) << dim;
    }
    for (int64_t dim : {0, -1}) {
        EXPECT_EQ(t.size(scalar, dim), -1) << "0-d, dim " << dim;
        EXPECT_EQ(t.code(), 5) << "0-d, dim " << dim;
    }
    EXPECT_EQ(t.size(x, -2), 2);
    EXPECT_EQ(t.code(), 0);
    // More than 32 bits hold, of no elements.
    const int64_t kLong = (int64_t{1} << 32) + 5, empty = t.call("rt_torch_tensor_zeros_2d", 0, kLong);
    EXPECT_EQ(t.size(empty, 1), kLong);
    for (int64_t tensor : {x, one, scalar, empty}) t.free_tensor(tensor);
}

// What only a backend with values can show.
void values_arrive_bit_for_bit(const Loaded& t) {
    if (!t.available()) return skip("values");
    const int64_t x = t.call("rt_torch_tensor_full_1d", 3, bits(0.75));
    EXPECT_EQ(t.call("rt_torch_torchtensor_sum_bits", x), bits(2.25));
    const int64_t scaled = t.call("rt_torch_torchtensor_mul_scalar_bits", x, bits(-2.0));
    EXPECT_EQ(t.call("rt_torch_torchtensor_max_bits", scaled), bits(-1.5));
    const int64_t shifted = t.call("rt_torch_torchtensor_add_scalar_bits", scaled, bits(0.5));
    EXPECT_EQ(t.call("rt_torch_torchtensor_min_bits", shifted), bits(-1.0));
    const int64_t squared = t.call("rt_torch_torchtensor_pow_bits", shifted, bits(2.0));
    EXPECT_EQ(t.call("rt_torch_torchtensor_sum_bits", squared), bits(3.0));
    const int64_t leaky = t.call("rt_torch_torchtensor_leaky_relu_bits", shifted, bits(0.25));
    EXPECT_EQ(t.call("rt_torch_torchtensor_sum_bits", leaky), bits(-0.75));
    for (int64_t tensor : {x, scaled, shifted, squared, leaky}) t.free_tensor(tensor);
}

// A case for candidates that have the dyncall forms.
template <typename Check>
std::function<void()> with_forms(const std::string& path, const Check& check) {
    return [=] {
        const Loaded loaded(path);
        if (!loaded.has("rt_torch_torchtensor_sum_bits")) return skip("dyncall");
        if (!loaded.has("rt_torch_last_error_code")) return skip("control");
        check(loaded);
    };
}

std::vector<Case> register_cases(const Backend& backend, const SuiteOptions& options) {
    const std::string path = with_folder(options.backend);
    std::vector<Case> cases{
        {"loader/every-core-function", "", {"L1"}, true, [=] { every_core_function_is_found(backend, Loaded(path)); }},
        {"loader/absent-symbol", "", {"L1"}, true, [=] { an_absent_symbol_has_a_reason(Loaded(path)); }},
        {"loader/opened-twice", "", {"L1"}, true, [=] { opening_again_gives_the_same_library(Loaded(path), path); }},
        {"dyncall/every-form", "", {"L2"}, true, with_forms(path, every_form_is_there)},
        {"dyncall/dims", "zeros", {"L2"}, true, with_forms(path, dims_travel_as_numbers)},
        {"dyncall/doubles", "arange", {"L2", "E4"}, true, with_forms(path, doubles_travel_as_bits)},
        {"dyncall/tensor-lists", "cat", {"L2"}, true, with_forms(path, lists_of_tensors_travel_as_numbers)},
        {"dyncall/pairs", "conv2d", {"L2", "V7"}, true, with_forms(path, pairs_travel_as_numbers_in_their_order)},
        {"dyncall/normalization", "batch_norm", {"L2"}, true, with_forms(path, normalization_takes_its_flags_and_bits)},
        {"dyncall/failed-bits",
         "sum",
         {"L2", "E2"},
         true,
         with_forms(path, a_failed_form_with_a_double_gives_the_fixed_nan)},
        {"dyncall/shape-dim", "shape", {"L2"}, true, with_forms(path, shape_dim_fails_with_minus_one_and_a_code)},
        {"dyncall/values", "sum", {"L2"}, true, with_forms(path, values_arrive_bit_for_bit)},
    };
    static golden::FormsLibrary library(backend, path);
    for (const std::vector<Case>& part :
         {golden::recorded_form_cases(library, SIMPLE_GOLDEN_FOLDER), golden::drawn_form_cases(library, options),
          golden::extreme_form_cases(library, options), golden::property_form_cases(library, options)})
        cases.insert(cases.end(), part.begin(), part.end());
    return cases;
}

}  // namespace
}  // namespace simple

int main(int argc, char** argv) { return simple::suite_main("dynamic", argc, argv, simple::register_cases); }

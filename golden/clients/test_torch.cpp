// A C++ program on the library, built with one line:
//
//     g++ -I impl/abi golden/clients/test_torch.cpp -L build/lib -lsimple_torch_ffi
//
// It needs nothing else. Exit 0 when everything is as it should be, otherwise 1 and a line for each thing that is not.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "rt_torch.h"

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
    if (holds) return;
    ++failures;
    std::printf("not so: %s\n", what);
}

SplValue integer(int64_t number) {
    SplValue value;
    value.tag = SPL_INT;
    value.as_int = number;
    return value;
}

SplValue real(double number) {
    SplValue value;
    value.tag = SPL_FLOAT;
    value.as_float = number;
    return value;
}

// A borrowed array argument over the values, which must outlive it.
SplArray over(std::vector<SplValue>& values) {
    const auto count = static_cast<int64_t>(values.size());
    return {values.data(), count, count};
}

std::string taken(char* text) {
    std::string copy = text;
    std::free(text);
    return copy;
}

std::vector<int64_t> shape(int64_t tensor) {
    SplArray* sizes = rt_torch_torchtensor_shape(tensor);
    if (!sizes) return {-1};
    std::vector<int64_t> result;
    for (int64_t i = 0; i < sizes->len; ++i) result.push_back(sizes->items[i].as_int);
    std::free(sizes->items);
    std::free(sizes);
    return result;
}

void check_shapes() {
    std::vector<SplValue> items{integer(2), integer(3)};
    const SplArray dims = over(items);
    const int64_t a = rt_torch_tensor_ones(&dims);
    expect(a > 0, "ones gives a handle");
    expect(shape(a) == std::vector<int64_t>{2, 3}, "ones [2, 3] has that shape");
    expect(rt_torch_torchtensor_ndim(a) == 2 && rt_torch_torchtensor_numel(a) == 6, "it has 2 dims and 6 elements");
    const int64_t t = rt_torch_torchtensor_t(a);
    const int64_t product = rt_torch_torchtensor_matmul(a, t);
    expect(shape(product) == std::vector<int64_t>{2, 2}, "[2, 3] times [3, 2] is [2, 2]");
    if (rt_torch_available()) expect(rt_torch_torchtensor_sum(product) == 12.0, "the product of ones sums to 12");
    rt_torch_torchtensor_free(product);
    rt_torch_torchtensor_free(t);
    rt_torch_torchtensor_free(a);
}

void check_errors() {
    std::vector<SplValue> row{integer(4)}, matrix{integer(2), integer(3)};
    const SplArray row_dims = over(row), matrix_dims = over(matrix);
    const int64_t a = rt_torch_tensor_ones(&matrix_dims), b = rt_torch_tensor_ones(&row_dims);
    expect(rt_torch_torchtensor_add(a, b) == 0, "[2, 3] + [4] gives no tensor");
    expect(rt_torch_last_error_code() == 3, "and code 3");
    const std::string message = taken(rt_torch_last_error_message());
    expect(message.find("rt_torch_torchtensor_add") != std::string::npos, "and a message that names the function");
    rt_torch_torchtensor_free(b);
    expect(rt_torch_last_error_code() == 0, "a call that succeeds sets code 0");
    rt_torch_torchtensor_free(b);
    expect(rt_torch_last_error_code() == 1, "freeing a handle twice is code 1");
    expect(std::isnan(rt_torch_torchtensor_sum(b)) && rt_torch_last_error_code() == 1, "using it, too");
    rt_torch_torchtensor_free(a);
}

void check_gradients() {
    std::vector<SplValue> numbers{real(1), real(2), real(3)}, three{integer(3)};
    const SplArray data = over(numbers), dims = over(three);
    const int64_t x = rt_torch_tensor_from_data(&data, &dims);
    rt_torch_autograd_set_requires_grad(x, true);
    const int64_t zeros = rt_torch_tensor_zeros(&dims);
    const int64_t loss = rt_torch_nn_mse_loss_tensor(x, zeros);
    rt_torch_autograd_backward(loss);
    expect(rt_torch_last_error_code() == 0, "backward succeeds");
    const int64_t gradient = rt_torch_autograd_grad(x);
    expect(gradient > 0, "and leaves a gradient");
    // d/dx mean(x^2) = 2x/3, whose sum is 4.
    if (rt_torch_available())
        expect(std::fabs(rt_torch_torchtensor_sum(gradient) - 4.0) < 1e-12, "of sum 2*(1+2+3)/3 = 4");
    for (const int64_t tensor : {gradient, loss, zeros, x}) rt_torch_torchtensor_free(tensor);
}

}  // namespace

int main() {
    std::printf("%s, version %s\n", taken(rt_torch_backend_name()).c_str(), taken(rt_torch_version()).c_str());
    check_shapes();
    check_errors();
    check_gradients();
    expect(rt_torch_live_tensors() == 0, "everything has been given back");
    std::printf(failures ? "%d checks failed\n" : "all checks passed\n", failures);
    return failures ? 1 : 0;
}

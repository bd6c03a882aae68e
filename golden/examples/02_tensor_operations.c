/* Arithmetic on two matrices of ones and the activations of a random one. */
#include <stdio.h>

#include "golden/examples/example.h"

static void show_arithmetic(const char* title, int64_t result) {
    printf("%s\n", title);
    print_shape("   Result shape: ", result);
    const int64_t numel = rt_torch_torchtensor_numel(result);
    check();
    const double sum = rt_torch_torchtensor_sum(result);
    check();
    printf("   Elements: %lld\n", (long long)numel);
    printf("   Sum: %g\n", sum);
}

static void show_activation(const char* title, int64_t result) {
    printf("%s\n", title);
    print_shape("   Result shape: ", result);
}

int main(void) {
    printf("=== PyTorch Tensor Operations ===\n\n");
    if (!rt_torch_available()) {
        printf("⚠ PyTorch not available (stub mode)\n");
        return 0;
    }
    const int64_t a = keep(rt_torch_tensor_ones(INTS(3, 3)));
    const int64_t b = keep(rt_torch_tensor_ones(INTS(3, 3)));
    show_arithmetic("1. Addition:", keep(rt_torch_torchtensor_add(a, b)));
    show_arithmetic("2. Multiplication (elementwise):", keep(rt_torch_torchtensor_mul(a, b)));
    show_arithmetic("3. Matrix multiplication:", keep(rt_torch_torchtensor_matmul(a, b)));

    const int64_t x = keep(rt_torch_tensor_randn(INTS(2, 2)));
    show_activation("4. ReLU:", keep(rt_torch_torchtensor_relu(x)));
    show_activation("5. Sigmoid:", keep(rt_torch_torchtensor_sigmoid(x)));
    show_activation("6. Tanh:", keep(rt_torch_torchtensor_tanh(x)));
    release(0);

    printf("\n✓ Example complete!\n");
    return 0;
}

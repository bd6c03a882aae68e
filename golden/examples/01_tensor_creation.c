/* Makes three tensors and shows shape, number of dims and number of elements of each. */
#include <stdio.h>
#include <stdlib.h>

#include "golden/examples/example.h"

static void describe(const char* title, int64_t tensor) {
    printf("%s\n", title);
    print_shape("   Shape: ", tensor);
    const int64_t ndim = rt_torch_torchtensor_ndim(tensor);
    check();
    const int64_t numel = rt_torch_torchtensor_numel(tensor);
    check();
    printf("   Dimensions: %lldD\n", (long long)ndim);
    printf("   Total elements: %lld\n\n", (long long)numel);
}

int main(void) {
    printf("=== PyTorch Tensor Creation ===\n");
    printf("Backend Check:\n");
    const bool available = rt_torch_available();
    printf("  torch_available() = %s\n", available ? "true" : "false");
    if (!available) {
        printf("  ⚠ Running in stub mode (PyTorch not installed)\n");
        return 0;
    }
    char* version = rt_torch_version();
    printf("  torch_version() = %s\n", version);
    free(version);
    printf("  ✓ PyTorch FFI backend ready\n\n");

    printf("Creating tensors...\n");
    describe("1. Zeros tensor [3, 4]:", keep(rt_torch_tensor_zeros(INTS(3, 4))));
    describe("2. Ones tensor [2, 5]:", keep(rt_torch_tensor_ones(INTS(2, 5))));
    describe("3. Random tensor [4, 4] (normal distribution):", keep(rt_torch_tensor_randn(INTS(4, 4))));
    release(0);

    printf("✓ Example complete!\n");
    return 0;
}

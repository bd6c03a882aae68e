/* Multiplies two matrices on CUDA device 0 where there is one, else on the CPU, and reads the device back. */
#include <stdio.h>

#include "golden/examples/example.h"

static int64_t on_device(int64_t tensor, bool cuda) {
    return cuda ? keep(rt_torch_torchtensor_cuda(tensor, 0)) : tensor;
}

int main(void) {
    const bool available = rt_torch_available();
    printf("=== Device Selection ===\n\n");
    printf("Backend Availability:\n");
    printf("  PyTorch FFI: %s\n", available ? "true" : "false");
    if (!available) {
        printf("\n⚠ PyTorch not available\n");
        return 0;
    }
    const bool cuda = rt_torch_cuda_available();
    printf("  CUDA Support: %s\n", cuda ? "true" : "false");
    if (!cuda) printf("\n⚠ CUDA not available - running on CPU\n");

    const int64_t a = on_device(keep(rt_torch_tensor_zeros(INTS(100, 100))), cuda);
    const int64_t b = on_device(keep(rt_torch_tensor_ones(INTS(100, 100))), cuda);
    const int64_t product = keep(rt_torch_torchtensor_matmul(a, b));
    print_shape("  Result shape: ", product);
    const int32_t device = rt_torch_torchtensor_device(product);
    check();
    if (device < 0)
        printf("  Device: cpu\n");
    else
        printf("  Device: cuda:%d\n", (int)device);
    release(0);

    printf("\n✓ Device selection verified!\n");
    return 0;
}

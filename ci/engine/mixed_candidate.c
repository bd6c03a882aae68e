/* Three functions in place of the library's own, which is linked in from its archive: gelu dies, avg_pool2d never
 * returns, linspace ends the process. Everything else is right. */
#include <stdlib.h>

void rt_torch_torchtensor_gelu(void);
void rt_torch_torchtensor_gelu(void) { __builtin_trap(); }

void rt_torch_nn_avg_pool2d(void);
void rt_torch_nn_avg_pool2d(void) {
    for (;;) __asm__ volatile("" ::: "memory");
}

void rt_torch_tensor_linspace(void);
void rt_torch_tensor_linspace(void) { exit(0); }

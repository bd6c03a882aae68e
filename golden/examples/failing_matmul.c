/* Loaded in front of the library by test_failure.sh: rt_torch_torchtensor_matmul fails as it does of an invalid handle,
 * and at the end of the process the number of tensors that it did not free goes to stderr. */
#include <stdio.h>

#include "impl/abi/rt_torch.h"

int64_t rt_torch_torchtensor_matmul(int64_t handle, int64_t other) {
    (void)handle;
    (void)other;
    return rt_torch_torchtensor_add(0, 0);
}

__attribute__((destructor)) static void report(void) {
    fprintf(stderr, "tensors not freed: %lld\n", (long long)rt_torch_live_tensors());
}

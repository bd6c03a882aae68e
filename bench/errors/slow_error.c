/* Planted error paths: the LibTorch backend, where t waits ten times as long as its error took, squeeze_dim ends with
   another code than the contract's, and dropout ends the process. The other functions are found in the library that
   this is linked with. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
#include <unistd.h>

#include "impl/abi/rt_torch.h"

static long long now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int64_t rt_torch_torchtensor_t(int64_t handle) {
    static int64_t (*t)(int64_t);
    if (!t) *(void**)&t = dlsym(RTLD_NEXT, "rt_torch_torchtensor_t");
    const long long start = now_ns();
    const int64_t result = t(handle);
    const long long end = now_ns();
    if (result == 0)
        while (now_ns() < end + 10 * (end - start)) {
        }
    return result;
}

int64_t rt_torch_torchtensor_squeeze_dim(int64_t handle, int64_t dim) {
    (void)dim;
    return rt_torch_torchtensor_ndim(0) + 1 + 0 * handle;
}

int64_t rt_torch_nn_dropout(int64_t input, double p, bool training) {
    (void)input, (void)p, (void)training;
    _exit(5);
}

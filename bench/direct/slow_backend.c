/* A planted slowdown: the LibTorch backend, whose add takes some 100 ns longer. The other functions are found in the
   library that this one is linked with. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

#include "impl/abi/rt_torch.h"

static long long now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    static int64_t (*add)(int64_t, int64_t);
    if (!add) *(void**)&add = dlsym(RTLD_NEXT, "rt_torch_torchtensor_add");
    const long long start = now_ns();
    while (now_ns() < start + 100) {
    }
    return add(handle, other);
}

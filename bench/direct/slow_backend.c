/* Planted costs: the LibTorch backend, whose add does something more, as one of these says. The other functions are
   found in the library that this one is linked with. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

#include "impl/abi/rt_torch.h"

typedef int64_t (*Add)(int64_t, int64_t);

#if defined(SLOW_WAIT) /* a quarter of the call, however fast the machine is */
static long long now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    const long long start = now_ns();
    const int64_t sum = add(handle, other);
    const long long end = now_ns();
    while (now_ns() < end + (end - start) / 4) {
    }
    return sum;
}
#elif defined(SLOW_COPY)   /* the tensor is copied first */
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    const int64_t copy = rt_torch_torchtensor_clone(handle);
    const int64_t sum = add(copy, other);
    rt_torch_torchtensor_free(copy);
    return sum;
}
#elif defined(SLOW_LOOKUP) /* each handle is looked for among a thousand others */
enum {
    LIVE = 1000
};
static volatile int64_t live[LIVE + 1];
static int64_t found(int64_t handle) {
    live[LIVE] = handle;
    size_t at = 0;
    while (live[at] != handle) ++at;
    return live[at];
}
static int64_t slow_add(Add add, int64_t handle, int64_t other) { return add(found(handle), found(other)); }
#endif

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    static Add add;
    if (!add) *(void**)&add = dlsym(RTLD_NEXT, "rt_torch_torchtensor_add");
    return slow_add(add, handle, other);
}

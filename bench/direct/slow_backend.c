/* Planted costs: the LibTorch backend, whose add does something more, as one of these says. The other functions are
   found in the library that this one is linked with. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "impl/abi/rt_torch.h"

typedef int64_t (*Add)(int64_t, int64_t);

#if defined(SLOW_WAIT) /* 100 ns */
static long long now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    const long long start = now_ns();
    while (now_ns() < start + 100) {
    }
    return add(handle, other);
}
#elif defined(SLOW_LOCK)       /* a table of its own behind a lock, asked for each handle */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile int64_t last;
static void note(int64_t handle) {
    pthread_mutex_lock(&lock);
    last = handle;
    pthread_mutex_unlock(&lock);
}
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    note(handle);
    note(other);
    const int64_t sum = add(handle, other);
    note(sum);
    return sum;
}
#elif defined(SLOW_ALLOCATION) /* each argument is boxed, as an interpreter does it */
static int64_t* volatile box;
static int64_t boxed(int64_t handle) {
    box = malloc(sizeof *box);
    *box = handle;
    const int64_t value = *box;
    free(box);
    return value;
}
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    const int64_t left = boxed(handle), right = boxed(other);
    return boxed(add(left, right));
}
#elif defined(SLOW_COPY)       /* the tensor is copied first */
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    const int64_t copy = rt_torch_torchtensor_clone(handle);
    const int64_t sum = add(copy, other);
    rt_torch_torchtensor_free(copy);
    return sum;
}
#elif defined(SLOW_LOOKUP)     /* a function is found by its name in a list */
static const char* const names[] = {"zeros", "ones",    "randn",     "rand",          "full", "arange",  "linspace",
                                    "eye",   "empty",   "from_data", "from_i64_data", "relu", "sigmoid", "tanh",
                                    "gelu",  "softmax", "add"};
static volatile const char* wanted = "add";
static int64_t slow_add(Add add, int64_t handle, int64_t other) {
    size_t at = 0;
    while (strcmp(names[at], (const char*)wanted) != 0) ++at;
    return names[at] ? add(handle, other) : 0;
}
#endif

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    static Add add;
    if (!add) *(void**)&add = dlsym(RTLD_NEXT, "rt_torch_torchtensor_add");
    return slow_add(add, handle, other);
}

#define _GNU_SOURCE
#include "ci/host/call_latency.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "impl/abi/rt_torch.h"

/* The least time of many short blocks is what a call costs; everything else is the machine's. */
enum {
    CALLS = 500,
    BLOCKS = 300
};

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

int measure_call_latency(void) {
    const char* path = getenv("RT_TORCH_LIBRARY");
    void* library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : RTLD_DEFAULT;
    void* address = path && !library ? NULL : dlsym(library, "rt_torch_torchtensor_ndim");
    if (!address) {
        fprintf(stderr, "host: %s\n", dlerror());
        return 2;
    }
    /* Read anew for each call, as a runtime reads it from its table of functions. */
    int64_t (*volatile by_pointer)(int64_t) = (int64_t(*)(int64_t))address;
    const int64_t tensor = rt_torch_tensor_ones(NULL);
    double linked = 1, pointer = 1;
    for (int block = 0; block < BLOCKS; ++block) {
        double before = now();
        for (int i = 0; i < CALLS; ++i) rt_torch_torchtensor_ndim(tensor);
        double seconds = (now() - before) / CALLS;
        if (seconds < linked) linked = seconds;
        before = now();
        for (int i = 0; i < CALLS; ++i) by_pointer(tensor);
        seconds = (now() - before) / CALLS;
        if (seconds < pointer) pointer = seconds;
    }
    rt_torch_torchtensor_free(tensor);
    const int written = dprintf(3, "{\"seconds\": %.12f, \"linked_seconds\": %.12f, \"pointer_seconds\": %.12f}",
                                linked - pointer, linked, pointer);
    return written > 0 ? 0 : 2;
}

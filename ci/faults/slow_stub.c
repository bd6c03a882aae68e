/* A planted slowdown: the stub with a table of handles in front that is searched from its start, as a list of live
 * tensors is. One thread only, as the gate's measurement is. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>

#include "impl/abi/rt_torch.h"

enum {
    ROOM = 1 << 16
};
static int64_t live[ROOM];
static int count;

static void* original(const char* symbol) {
    void* address = dlsym(RTLD_NEXT, symbol);
    if (!address) abort();
    return address;
}

static int64_t listed(int64_t tensor) {
    if (tensor > 0 && count < ROOM) live[count++] = tensor;
    return tensor;
}

static int find(int64_t tensor) {
    int i = 0;
    while (i < count && live[i] != tensor) ++i;
    return i;
}

int64_t rt_torch_tensor_zeros(const SplArray* dims) {
    static int64_t (*zeros)(const SplArray*);
    if (!zeros) *(void**)&zeros = original("rt_torch_tensor_zeros");
    return listed(zeros(dims));
}

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    static int64_t (*add)(int64_t, int64_t);
    if (!add) *(void**)&add = original("rt_torch_torchtensor_add");
    if (find(handle) == count || find(other) == count) return 0;
    return listed(add(handle, other));
}

void rt_torch_torchtensor_free(int64_t handle) {
    static void (*release)(int64_t);
    if (!release) *(void**)&release = original("rt_torch_torchtensor_free");
    const int at = find(handle);
    if (at < count) live[at] = live[--count];
    release(handle);
}

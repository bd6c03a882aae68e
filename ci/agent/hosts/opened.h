/* What every host that opens its library for itself does with it. */
#pragma once

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

static inline int use(void* library) {
    int64_t (*live)(void) = NULL;
    if (library) *(void**)&live = dlsym(library, "rt_torch_live_tensors");
    if (!live) {
        fprintf(stderr, "host: no library: %s\n", dlerror());
        return 1;
    }
    printf("host: %d tensors\n", (int)live());
    return 0;
}

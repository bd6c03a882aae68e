#include "impl/dynload/loaded.h"

#include <stdio.h>
#include <stdlib.h>

#include "impl/dynload/rt_dl.h"

static void stop_with_reason(void) {
    char* reason = rt_dlerror();
    fprintf(stderr, "RT_TORCH_LIBRARY: %s\n", reason);
    free(reason);
    exit(1);
}

void load_functions(const LoadedFunction* functions) {
    const int64_t library = rt_dlopen(getenv("RT_TORCH_LIBRARY"), RT_DL_NOW);
    if (!library) stop_with_reason();
    for (const LoadedFunction* f = functions; f->symbol; ++f) {
        *f->pointer = (void*)rt_dlsym(library, f->symbol);
        if (!*f->pointer) stop_with_reason();
    }
}

/* A runtime whose constructor opens the library, before main. */
#include <stdlib.h>

#include "ci/agent/hosts/opened.h"

static void* library;

__attribute__((constructor)) static void open_library(void) {
    const char* path = getenv("HOST_LIBRARY");
    if (path) library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

int main(void) { return use(library); }

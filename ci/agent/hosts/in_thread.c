/* A runtime that opens its library in a thread of its own. */
#include <pthread.h>
#include <stdlib.h>

#include "ci/agent/hosts/opened.h"

static void* open_library(void* path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }

int main(int argc, char** argv) {
    pthread_t thread;
    void* library = NULL;
    if (argc != 2 || pthread_create(&thread, NULL, open_library, argv[1]) != 0) return 1;
    pthread_join(thread, &library);
    return use(library);
}

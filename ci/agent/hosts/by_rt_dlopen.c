/* A runtime that opens its library as its programs do, through rt_dlopen. */
#include <stdio.h>

#include "impl/dynload/rt_dl.h"

int main(int argc, char** argv) {
    const int64_t library = argc == 2 ? rt_dlopen(argv[1], RT_DL_NOW) : 0;
    if (library == 0) return 1;
    printf("host: %d\n", rt_dlsym(library, "rt_torch_available") != 0);
    return 0;
}

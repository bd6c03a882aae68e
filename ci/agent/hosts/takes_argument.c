/* A runtime that is told its library by an argument, and does nothing without one. */
#include <string.h>

#include "ci/agent/hosts/opened.h"

int main(int argc, char** argv) {
    if (argc != 3 || strcmp(argv[1], "--library") != 0) {
        fprintf(stderr, "usage: takes_argument --library FILE\n");
        return 64;
    }
    printf("host: opening its library\n");
    return use(dlopen(argv[2], RTLD_NOW | RTLD_LOCAL));
}

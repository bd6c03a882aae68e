/* A runtime that goes to the background before it opens its library. */
#include <stdlib.h>
#include <unistd.h>

#include "ci/agent/hosts/opened.h"

int main(int argc, char** argv) {
    (void)argc;
    if (daemon(1, 1) != 0) return 1;
    sleep(2);
    return use(dlopen(argv[1], RTLD_NOW));
}

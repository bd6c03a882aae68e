/* A runtime that is told its library by a variable, and does not start without it. */
#include <stdlib.h>

#include "ci/agent/hosts/opened.h"

int main(void) {
    const char* library = getenv("HOST_LIBRARY");
    if (!library) {
        fprintf(stderr, "host: HOST_LIBRARY is not set\n");
        return 3;
    }
    return use(dlopen(library, RTLD_LAZY));
}

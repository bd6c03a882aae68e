/* Cannot be loaded, and says why. */
#include <stdio.h>

#include "ci/run/hostile/hostile.h"

__attribute__((constructor)) static void on_load(void) {
    if (!is_hostile()) return;
    fprintf(stderr, "the file of weights is not there\n");
    abort();
}

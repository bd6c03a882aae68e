/* A message that is printed once a process, as warn-once texts are: with the first call of available(). */
#include <stdbool.h>
#include <stdio.h>

#include "ci/run/hostile/hostile.h"

static bool said;

bool rt_torch_available(void);
bool rt_torch_available(void) {
    if (is_hostile() && !said) fprintf(stderr, "warning: this is shown once\n");
    said = true;
    return true;
}

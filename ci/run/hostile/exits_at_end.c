/* Ends the process itself, with the status of success. */
#include <unistd.h>

#include "ci/run/hostile/hostile.h"

__attribute__((destructor)) static void at_end(void) {
    if (is_hostile()) _exit(0);
}

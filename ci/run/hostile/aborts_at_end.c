/* All is well until the process ends. */
#include "ci/run/hostile/hostile.h"

__attribute__((destructor)) static void at_end(void) {
    if (is_hostile()) abort();
}

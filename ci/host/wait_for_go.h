/* A program that measures can be held between its loading and its measuring, so that it loads beside others and is
 * measured alone. The gate starts it with GO_VARIABLE and tells it when (ci/run/prepared_run.h). */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define GO_VARIABLE "SIMPLE_GO_FD" /* the descriptor from which a byte comes, once it is to go on */
#define READY_LINE "ready\n"       /* what it writes among its events, descriptor 3, when it is prepared */

/* At once where nobody holds it; false where whoever held it is gone. */
static inline bool wait_for_go(void) {
    const char* descriptor = getenv(GO_VARIABLE);
    if (!descriptor) return true;
    if (write(3, READY_LINE, (sizeof READY_LINE) - 1) < 0) return false;
    char go = 0;
    ssize_t n = 0;
    while ((n = read(atoi(descriptor), &go, 1)) < 0 && errno == EINTR) {
    }
    return n == 1;
}

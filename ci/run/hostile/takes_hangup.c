/* A library that takes a signal while it is loaded, as UCX does. */
#include <signal.h>

#include "ci/run/hostile/hostile.h"

static void handler(int signal) { (void)signal; }

__attribute__((constructor)) static void on_load(void) {
    if (is_hostile()) signal(SIGHUP, handler);
}

int takes_hangup(void) { return is_hostile(); }

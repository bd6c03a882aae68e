/* Leaves the process that loads it with another handler, locale, variable, rounding mode and open file. */
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <signal.h>

#include "ci/run/hostile/hostile.h"

static void handler(int signal) { (void)signal; }

__attribute__((constructor)) static void on_load(void) {
    if (!is_hostile()) return;
    signal(SIGUSR2, handler);
    setlocale(LC_ALL, "C.UTF-8");
    setenv("HOSTILE_WAS_HERE", "yes", 1);
    fesetround(FE_UPWARD);
    (void)open("/dev/null", O_RDONLY);
}

/* A library that takes a signal while it is loaded, as UCX does: HANDLER_SIGNAL. */
#include <signal.h>

static void ignore(int number) { (void)number; }

__attribute__((constructor)) static void take_the_signal(void) { signal(HANDLER_SIGNAL, ignore); }

int handler_library(void) { return HANDLER_SIGNAL; }

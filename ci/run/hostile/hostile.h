/* Candidates that do on purpose what a gate must not fall for. Each is the reference backend with one thing beside it,
 * which happens only where SIMPLE_HOSTILE is set: the tests set it, and load each into a gate of their own. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <stdlib.h>

static inline int is_hostile(void) { return getenv("SIMPLE_HOSTILE") != NULL; }

#endif

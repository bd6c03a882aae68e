/* Libraries that are no candidate: the engine's tests load each. All have the core functions' names by generation from
 * the table, except BAD_SILENT, which has none. BAD_SLOW takes long to load (ci/faults/slow_load.c). */
#if !defined(BAD_SILENT)
#define RT_FUNCTION(name, symbol, set, ...) RT_DEFINE_##set(symbol)
#define RT_DEFINE_core(symbol) \
    long symbol(void) { return 0; }
#define RT_DEFINE_control(symbol)
#include "impl/abi/functions.def"
#else
int nothing_of_the_table(void) { return 0; }
#endif

#ifdef BAD_CRASH
__attribute__((constructor)) static void crash(void) { __builtin_trap(); }
#endif

#ifdef BAD_HANG
__attribute__((constructor)) static void hang(void) {
    for (;;) __asm__ volatile("" ::: "memory");
}
#endif

/* Libraries that are no candidate: the engine's tests load each. All have the core functions' names by generation from
 * the table, except BAD_SILENT, which has none. BAD_SLOW does everything right as far as the latency gates look, and
 * takes long over it: 100 ms to load, 500 ns a function, 1500 ns a dyncall form. */
#include <time.h>

#if defined(BAD_SLOW)
static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000 + time.tv_nsec;
}

static void spin(long nanoseconds) {
    for (const long before = now(); now() < before + nanoseconds;) {
    }
}

__attribute__((constructor)) static void load_slowly(void) { spin(100000000); }

long rt_torch_torchtensor_view_1d(long tensor, long size) {
    spin(1500);
    return tensor + size;
}
#else
#define spin(nanoseconds)
#endif

#if !defined(BAD_SILENT)
#define RT_FUNCTION(name, symbol, set, ...) RT_DEFINE_##set(symbol)
#define RT_DEFINE_core(symbol) \
    long symbol(void) {        \
        spin(500);             \
        return 0;              \
    }
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

/* A planted slowdown: a constructor that sorts two million numbers, some 200 ms of a core of a 2023 server. It is work,
 * not a wait for a clock: a slower machine takes longer over it as over everything else. */
#include <stdint.h>
#include <stdlib.h>

static int compare(const void* a, const void* b) {
    const uint32_t x = *(const uint32_t*)a, y = *(const uint32_t*)b;
    return (x > y) - (x < y);
}

__attribute__((constructor)) static void load_slowly(void) {
    const size_t count = 2000000;
    uint32_t* numbers = malloc(count * sizeof *numbers);
    if (!numbers) return;
    uint32_t x = 2463534242u; /* xorshift32 (Marsaglia 2003) */
    for (size_t i = 0; i < count; ++i) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        numbers[i] = x;
    }
    qsort(numbers, count, sizeof *numbers, compare);
    __asm__ volatile("" : : "r"(numbers) : "memory");
    free(numbers);
}

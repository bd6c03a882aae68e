#define _GNU_SOURCE
#include "ci/host/call_latency.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ci/host/wait_for_go.h"
#include "impl/abi/rt_torch.h"

enum {
    LINKED,
    POINTER,
    AGAIN, /* by pointer as well: the null */
    SIDES,
    ROUNDS = 500,
    TRIES = 5,
    MOST_CALLS = 1 << 20
};
static const double block_seconds = 20e-6;

/* Read anew for each call, as a runtime reads it from its table of functions. */
static int64_t (*volatile by_pointer)(int64_t);

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Each side has a loop of its own: where a loop lies moves a call of 3 ns by some percent, hence the alignment, and the
 * null shows what is left of that. The empty statements keep equal functions from being merged. */
#define DEFINE_BLOCK(name, call)                                                           \
    __attribute__((noinline, aligned(64))) static double name(int64_t tensor, int calls) { \
        __asm__ volatile("# " #name);                                                      \
        const double before = now();                                                       \
        for (int i = 0; i < calls; ++i) call(tensor);                                      \
        return now() - before;                                                             \
    }
DEFINE_BLOCK(linked_block, rt_torch_torchtensor_ndim)
DEFINE_BLOCK(pointer_block, by_pointer)
DEFINE_BLOCK(null_block, by_pointer)

static double (*const blocks[SIDES])(int64_t, int) = {linked_block, pointer_block, null_block};

/* As many calls as fill a block. */
static int calls_of(int side, int64_t tensor) {
    for (int calls = 64;; calls *= 2) {
        double least = 1;
        for (int i = 0; i < TRIES; ++i) {
            const double seconds = blocks[side](tensor, calls);
            if (seconds < least) least = seconds;
        }
        if (least >= block_seconds || calls >= MOST_CALLS) return calls;
    }
}

/* The sides in an order drawn anew. */
static void shuffle(int order[SIDES]) {
    for (int i = SIDES - 1; i > 0; --i) {
        const int other = (int)(random() % (i + 1)), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
}

static int compare(const void* a, const void* b) {
    const double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}

static double median(double values[ROUNDS]) {
    qsort(values, ROUNDS, sizeof *values, compare);
    return values[ROUNDS / 2];
}

int measure_call_latency(void) {
    const char* path = getenv("RT_TORCH_LIBRARY");
    void* library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : RTLD_DEFAULT;
    void* address = path && !library ? NULL : dlsym(library, "rt_torch_torchtensor_ndim");
    if (!address) {
        fprintf(stderr, "host: %s\n", dlerror());
        return 2;
    }
    by_pointer = (int64_t(*)(int64_t))address;
    const int64_t tensor = rt_torch_tensor_ones(NULL);
    static double ns[SIDES][ROUNDS], ratio[ROUNDS], null[ROUNDS];
    int calls[SIDES], order[SIDES] = {LINKED, POINTER, AGAIN};
    if (!wait_for_go()) {
        fprintf(stderr, "host: nobody says when to measure\n");
        return 2;
    }
    srandom((unsigned)getpid());
    for (int side = 0; side < SIDES; ++side) calls[side] = calls_of(side, tensor);
    for (int round = 0; round < ROUNDS; ++round) {
        shuffle(order);
        for (int i = 0; i < SIDES; ++i) {
            const int side = order[i];
            ns[side][round] = blocks[side](tensor, calls[side]) / calls[side] * 1e9;
        }
        ratio[round] = ns[LINKED][round] / ns[POINTER][round];
        null[round] = ns[AGAIN][round] / ns[POINTER][round];
    }
    rt_torch_torchtensor_free(tensor);
    const int written = dprintf(3, "{\"ratio\": %.6f, \"null\": %.6f, \"linked_ns\": %.3f, \"pointer_ns\": %.3f}",
                                median(ratio), median(null), median(ns[LINKED]), median(ns[POINTER]));
    return written > 0 ? 0 : 2;
}

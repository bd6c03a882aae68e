/* A library with a slowdown of known size, to try comparisons on: a backend, whose add and relu do some work
 * more, and who says how much in its name: KIND-PERCENT.so, a copy of this file, or KIND-PERCENT_padded_1.so
 * of one of its relinks.
 *   constant    as long in every call as PERCENT of a call on 4x4 operands
 *   percentage  PERCENT of a call, on 4x4 operands and on 64x784 alike
 *   cache       reads cache lines from all over 4 MiB, as many as take PERCENT of a call on 4x4 operands: what the call
 *               itself has in the cache suffers, too, and between calls of others, which push its lines out, it
 *               costs more
 * With 0 percent it is the baseline of the others. Work is counted in steps of a loop; how many make up PERCENT is
 * tried when the first call is made. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "impl/abi/rt_torch.h"

enum {
    LINES = 65536, /* of 64 bytes: 4 MiB */
    LARGE = 4096   /* elements, between 4x4 and 64x784 */
};

typedef struct {
    char bytes[64];
} Line;

typedef struct {
    long small, large; /* steps beside a call on few elements, on many */
} Steps;

static Line* lines;
static volatile unsigned sink;

/* What is beside the call waits for the call, and the call for it: a core would do both at once, and hide the work. */
static void fence(void) {
#if defined(__x86_64__)
    __asm__ volatile("lfence" ::: "memory");
#else
    __sync_synchronize();
#endif
}

static void spin(long steps) {
    unsigned x = sink | 1;
    for (long i = 0; i < steps; ++i) x = x * 1664525u + 1013904223u; /* Numerical Recipes' generator: a chain */
    sink = x;
}

static void touch(long steps) {
    unsigned x = sink, sum = 0;
    for (long i = 0; i < steps; ++i) {
        x = x * 1664525u + 1013904223u;
        sum += (unsigned)lines[x >> 16].bytes[0];
    }
    sink = x + sum;
}

static void (*kind_of_work)(long) = spin;

static void work(long steps) {
    fence();
    kind_of_work(steps);
    fence();
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

typedef int64_t (*Binary)(int64_t, int64_t);
typedef int64_t (*Unary)(int64_t);

/* The functions themselves: linked into this file under other names, or those of the next library. */
#ifdef PLAIN_FUNCTIONS
int64_t plain_torchtensor_add(int64_t handle, int64_t other);
int64_t plain_torchtensor_relu(int64_t handle);
#define FIND(function, name) ((function) = plain_##name)
#else
#define FIND(function, name) (*(void**)&(function) = dlsym(RTLD_NEXT, "rt_torch_" #name))
#endif
typedef struct {
    Binary binary;
    Unary unary;
} Function;

static void call(Function f, int64_t x, long steps) {
    work(steps);
    rt_torch_torchtensor_free(f.binary ? f.binary(x, x) : f.unary(x));
}

static int by_value(const void* a, const void* b) {
    const double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}

/* How much longer calls take with the steps beside them, 0.03 for 3 %: the median of pairs of blocks. */
static double slowdown(Function f, int64_t x, long steps, int calls) {
    enum {
        PAIRS = 61
    };
    double found[PAIRS];
    for (int pair = 0; pair < PAIRS; ++pair) {
        double ns[2];
        for (int with = 0; with < 2; ++with) {
            const double start = now_ns();
            for (int i = 0; i < calls; ++i) call(f, x, with ? steps : 0);
            ns[with] = now_ns() - start;
        }
        found[pair] = ns[1] / ns[0] - 1;
    }
    qsort(found, PAIRS, sizeof *found, by_value);
    return found[PAIRS / 2];
}

/* The steps that make calls slower by this part: a guess, put right by what it does. */
static long steps_for(double part, Function f, int64_t x, int calls) {
    enum {
        GUESS = 100,
        LARGEST = 1000000
    };
    double steps = GUESS;
    for (int i = 0; i < 5; ++i) {
        const double found = slowdown(f, x, (long)steps, calls);
        double times = found > 0 ? part / found : 8;
        times = times > 8 ? 8 : times < 0.125 ? 0.125 : times;
        steps = steps * times;
        if (steps < 1) steps = 1;
        if (steps > LARGEST) steps = LARGEST;
    }
    return (long)(steps + 0.5);
}

static int64_t made(int64_t rows, int64_t columns) {
    SplValue sizes[2] = {{.tag = SPL_INT, .as_int = rows}, {.tag = SPL_INT, .as_int = columns}};
    const SplArray dims = {sizes, 2, 2};
    return rt_torch_tensor_ones(&dims);
}

static Steps calibrated(Function f) {
    Dl_info self;
    char kind[16] = "";
    double percent = 0;
    if (!dladdr((void*)&spin, &self) || !strrchr(self.dli_fname, '/') ||
        sscanf(strrchr(self.dli_fname, '/'), "/%15[a-z]-%lf", kind, &percent) != 2) {
        fprintf(stderr, "injected: a copy of it is named KIND-PERCENT.so\n");
        abort();
    }
    if (percent == 0) return (Steps){0, 0};
    if (strcmp(kind, "cache") == 0) {
        lines = malloc(sizeof *lines * LINES);
        if (!lines) abort();
        memset(lines, 1, sizeof *lines * LINES);
        kind_of_work = touch;
    }
    const int64_t small = made(4, 4), large = made(64, 784);
    Steps steps = {steps_for(percent / 100, f, small, 60), 0};
    steps.large = strcmp(kind, "percentage") == 0 ? steps_for(percent / 100, f, large, 10) : steps.small;
    rt_torch_torchtensor_free(small);
    rt_torch_torchtensor_free(large);
    return steps;
}

static void work_beside(Steps steps, int64_t x) {
    work(rt_torch_torchtensor_numel(x) < LARGE ? steps.small : steps.large);
}

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    static Function f;
    static Steps steps;
    if (!f.binary) {
        FIND(f.binary, torchtensor_add);
        steps = calibrated(f);
    }
    work_beside(steps, handle);
    return f.binary(handle, other);
}

int64_t rt_torch_torchtensor_relu(int64_t handle) {
    static Function f;
    static Steps steps;
    if (!f.unary) {
        FIND(f.unary, torchtensor_relu);
        steps = calibrated(f);
    }
    work_beside(steps, handle);
    return f.unary(handle);
}

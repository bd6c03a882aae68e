/* A library with slowdowns of known size, to try comparisons on: a backend, some of whose functions do some work
 * more, and who says how much in its name, a copy of this file (or of one of its relinks, NAME_padded_1.so):
 *
 *     KIND-PERCENT.so             in add and relu
 *     planted-c01p10m00....so     in each of the functions below, in their order
 *
 * In the latter three characters are of a function: the kind's letter and two digits of percent. The kinds:
 *
 *   c  constant: as long in every call as PERCENT of a call on 4x4 operands
 *   p  percentage: PERCENT of a call, on 4x4 operands and on 64x784 alike
 *   m  cache: reads cache lines from all over 4 MiB, as many as take PERCENT of a call on 4x4 operands: what the call
 *      itself has in the cache suffers, too, and between calls of others, which push its lines out, it costs more
 *
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

typedef void (*Work)(long steps);

static void work(Work kind, long steps) {
    fence();
    kind(steps);
    fence();
}

static double now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

typedef int64_t (*Binary)(int64_t, int64_t);
typedef int64_t (*Unary)(int64_t);
typedef struct {
    Binary binary;
    Unary unary;
    Work kind;
    Steps steps;
} Function;

static void call(const Function* f, int64_t x, long steps) {
    work(f->kind, steps);
    rt_torch_torchtensor_free(f->binary ? f->binary(x, x) : f->unary(x));
}

static int by_value(const void* a, const void* b) {
    const double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}

/* How much longer calls take with the steps beside them, 0.03 for 3 %: the median of pairs of blocks. */
static double slowdown(const Function* f, int64_t x, long steps, int calls) {
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
static double steps_for(double part, const Function* f, int64_t x, int calls) {
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
    return steps;
}

/* Nanoseconds of a call as it is. */
static double call_ns(const Function* f, int64_t x, int calls) {
    enum {
        BLOCKS = 31
    };
    double ns[BLOCKS];
    for (int block = 0; block < BLOCKS; ++block) {
        const double start = now_ns();
        for (int i = 0; i < calls; ++i) call(f, x, 0);
        ns[block] = (now_ns() - start) / calls;
    }
    qsort(ns, BLOCKS, sizeof *ns, by_value);
    return ns[BLOCKS / 2];
}

static int64_t made(int64_t rows, int64_t columns) {
    SplValue sizes[2] = {{.tag = SPL_INT, .as_int = rows}, {.tag = SPL_INT, .as_int = columns}};
    const SplArray dims = {sizes, 2, 2};
    return rt_torch_tensor_ones(&dims);
}

enum {
    IN_EACH = 3 /* characters of a name that are of one function */
};

/* What the name of this file says of the function of that number: a kind, and returned a percentage. */
static double planted(int number, int by_default, char* kind) {
    Dl_info self;
    const char* name = dladdr((void*)&spin, &self) ? strrchr(self.dli_fname, '/') : NULL;
    char word[16] = "";
    double percent = 0;
    if (name && strncmp(name, "/planted-", strlen("/planted-")) == 0) {
        const char* own = name + strlen("/planted-");
        if (strlen(own) > (size_t)(IN_EACH * number + IN_EACH)) {
            own += IN_EACH * number;
            *kind = own[0];
            if (strchr("cpm", *kind) && own[1] >= '0' && own[1] <= '9' && own[2] >= '0' && own[2] <= '9')
                return 10 * (own[1] - '0') + (own[2] - '0');
        }
    } else if (name && sscanf(name, "/%15[a-z]-%lf", word, &percent) == 2) {
        *kind = strcmp(word, "cache") == 0 ? 'm' : word[0];
        return by_default ? percent : 0;
    }
    fprintf(stderr,
            "injected: a copy of it is named KIND-PERCENT.so, or planted- and a kind and percentage a function\n");
    abort();
}

static void calibrate(Function* f, int number, int by_default) {
    char kind = 0;
    const double percent = planted(number, by_default, &kind);
    f->kind = spin;
    if (percent == 0) return;
    if (kind == 'm') {
        if (!lines) lines = malloc(sizeof *lines * LINES);
        if (!lines) abort();
        memset(lines, 1, sizeof *lines * LINES);
        f->kind = touch;
    }
    enum {
        SMALL_CALLS = 40,
        LARGE_CALLS = 2
    };
    const int64_t small = made(4, 4), large = made(64, 784);
    const double steps = steps_for(percent / 100, f, small, SMALL_CALLS);
    /* A step takes as long beside either. */
    const double times = kind == 'p' ? call_ns(f, large, LARGE_CALLS) / call_ns(f, small, SMALL_CALLS) : 1;
    f->steps = (Steps){(long)(steps + 0.5), (long)(steps * times + 0.5)};
    rt_torch_torchtensor_free(small);
    rt_torch_torchtensor_free(large);
}

static void work_beside(const Function* f, int64_t x) {
    work(f->kind, rt_torch_torchtensor_numel(x) < LARGE ? f->steps.small : f->steps.large);
}

/* The functions themselves: linked into this file under other names, or those of the next library. */
#ifdef PLAIN_FUNCTIONS
#define FIND(function, name) ((function) = plain_torchtensor_##name)
#define PLAIN(name, parameters) int64_t plain_torchtensor_##name parameters;
#else
#define FIND(function, name) (*(void**)&(function) = dlsym(RTLD_NEXT, "rt_torch_torchtensor_" #name))
#define PLAIN(name, parameters)
#endif

#define BINARY(number, name, by_default)                                 \
    PLAIN(name, (int64_t handle, int64_t other))                         \
    int64_t rt_torch_torchtensor_##name(int64_t handle, int64_t other) { \
        static Function f;                                               \
        if (!f.binary) {                                                 \
            FIND(f.binary, name);                                        \
            calibrate(&f, number, by_default);                           \
        }                                                                \
        work_beside(&f, handle);                                         \
        return f.binary(handle, other);                                  \
    }
#define UNARY(number, name, by_default)                   \
    PLAIN(name, (int64_t handle))                         \
    int64_t rt_torch_torchtensor_##name(int64_t handle) { \
        static Function f;                                \
        if (!f.unary) {                                   \
            FIND(f.unary, name);                          \
            calibrate(&f, number, by_default);            \
        }                                                 \
        work_beside(&f, handle);                          \
        return f.unary(handle);                           \
    }

/* certify.py has them in the same order. */
BINARY(0, add, 1)
UNARY(1, relu, 1)
BINARY(2, sub, 0)
BINARY(3, mul, 0)
BINARY(4, div, 0)
UNARY(5, neg, 0)
UNARY(6, abs, 0)
UNARY(7, sqrt, 0)
UNARY(8, exp, 0)
UNARY(9, log, 0)
UNARY(10, sigmoid, 0)
UNARY(11, tanh, 0)
UNARY(12, gelu, 0)
UNARY(13, clone, 0)
UNARY(14, t, 0)

/* A host in C, without the C++ library: what LibTorch and the C++ library keep for a thread is then made when the
 * thread first uses it, and the loader ends the process where there is no memory for it. Without memory a thread's
 * first call succeeds or is out of memory, and so does its second one, of which each allocation fails in turn with all
 * after it.
 *
 *     c_host BACKEND */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "impl/abi/spl_value.h"

/* The malloc of this program, and so of the loader and of the libraries that it loads: of the calling thread's
 * allocations the next t_left succeed and no others, while it is not kAll. */
enum {
    kAll = -1
};
static __thread long t_left = kAll;
static __thread int t_failed = 0;
static int fails(void) {
    if (t_left == kAll || t_left-- > 0) return 0;
    t_left = 0;
    return t_failed = 1;
}
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
#define VISIBLE __attribute__((visibility("default")))
VISIBLE void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
VISIBLE void* calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
VISIBLE void* realloc(void* memory, size_t size) { return fails() ? NULL : __libc_realloc(memory, size); }
VISIBLE void* memalign(size_t alignment, size_t size) { return fails() ? NULL : __libc_memalign(alignment, size); }
VISIBLE void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
VISIBLE int posix_memalign(void** memory, size_t alignment, size_t size) {
    return (*memory = memalign(alignment, size)) ? 0 : ENOMEM;
}

static void must(int holds, const char* what) {
    if (holds) return;
    fprintf(stderr, "not so: %s\n", what);
    _exit(1);
}

static void* g_library;
static void* function(const char* symbol) {
    void* address = dlsym(g_library, symbol);
    must(address != NULL, symbol);
    return address;
}
#define CALL(result, symbol, ...) ((result(*)(__VA_ARGS__))function(symbol))

static int code(void) { return CALL(int32_t, "rt_torch_last_error_code", void)(); }
static void release(int64_t handle) { CALL(void, "rt_torch_torchtensor_free", int64_t)(handle); }

static int64_t filled(const char* symbol, int64_t ndim, int64_t size) {
    SplValue sizes[4] = {{0}};
    for (int i = 0; i < 4; ++i) {
        sizes[i].tag = SPL_INT;
        sizes[i].as_int = size;
    }
    const SplArray dims = {sizes, ndim, ndim};
    return CALL(int64_t, symbol, const SplArray*)(&dims);
}

/* Of what a call takes: made with memory, on the first thread. */
static int64_t g_matrix;
static int64_t g_image;

static int64_t unary(const char* symbol, int64_t handle) { return CALL(int64_t, symbol, int64_t)(handle); }
static int64_t binary(const char* symbol, int64_t a, int64_t b) {
    return CALL(int64_t, symbol, int64_t, int64_t)(a, b);
}
#define T "rt_torch_torchtensor_"
static int64_t zeros(void) { return filled("rt_torch_tensor_zeros", 1, 3); }
static int64_t randn(void) { return filled("rt_torch_tensor_randn", 1, 3); }
static int64_t add(void) { return binary(T "add", g_matrix, g_matrix); }
static int64_t expo(void) { return unary(T "exp", g_matrix); }
static int64_t matmul(void) { return binary(T "matmul", g_matrix, g_matrix); }
static int64_t transposed(void) { return unary(T "t", g_matrix); }
static int64_t gelu(void) { return unary(T "gelu", g_matrix); }
static int64_t sum(void) {
    CALL(double, T "sum", int64_t)(g_matrix);
    return 0;
}
static int64_t shape(void) {
    SplArray* sizes = CALL(SplArray*, T "shape", int64_t)(g_matrix);
    if (sizes) free(sizes->items);
    free(sizes);
    return 0;
}
static int64_t conv2d(void) {
    return CALL(int64_t, "rt_torch_nn_conv2d", int64_t, int64_t, int64_t, const SplArray*, const SplArray*,
                const SplArray*, int64_t)(g_image, g_image, 0, NULL, NULL, NULL, 1);
}
static int64_t no_handle(void) { return binary(T "add", g_matrix, 77); }
static int64_t negative(void) { return filled("rt_torch_tensor_zeros", 4, -7); }
static int64_t free_of_none(void) {
    release(77);
    return 0;
}

/* A call, the code that it has where no memory is needed for it, where it is made, and what fails in a second one. */
enum Place {
    kFirstThread,
    kFreshThread
};
enum Fails {
    kEachInTurn,
    kAllAtOnce /* oneDNN bears no other */
};
struct Kind {
    const char* name;
    int64_t (*call)(void);
    int expected;
    enum Place place;
    enum Fails fails;
};
static const struct Kind kKinds[] = {
    {"zeros", zeros, 0, kFirstThread, kEachInTurn},
    {"zeros", zeros, 0, kFreshThread, kEachInTurn},
    {"randn", randn, 0, kFreshThread, kEachInTurn},
    {"add", add, 0, kFreshThread, kEachInTurn},
    {"exp", expo, 0, kFreshThread, kEachInTurn},
    {"matmul", matmul, 0, kFreshThread, kEachInTurn},
    {"t", transposed, 0, kFreshThread, kEachInTurn},
    {"gelu", gelu, 0, kFreshThread, kAllAtOnce},
    {"sum", sum, 0, kFreshThread, kEachInTurn},
    {"shape", shape, 0, kFreshThread, kEachInTurn},
    {"conv2d", conv2d, 0, kFreshThread, kAllAtOnce},
    {"no handle", no_handle, 1, kFreshThread, kEachInTurn},
    {"a negative size", negative, 2, kFirstThread, kEachInTurn},
    {"a negative size", negative, 2, kFreshThread, kEachInTurn},
    {"free of none", free_of_none, 1, kFirstThread, kEachInTurn},
    {"free of none", free_of_none, 1, kFreshThread, kEachInTurn},
};

static void judge(const struct Kind* kind, int64_t made, int without_memory) {
    const int is = code();
    if (is != kind->expected && !(without_memory && is == 7)) {
        fprintf(stderr, "code %d\n", is);
        must(0, kind->name);
    }
    must(is == 0 || made == 0, "a failed call makes nothing");
    char* message = CALL(char*, "rt_torch_last_error_message", void)();
    must(message || without_memory, "a message");
    free(message);
    if (made) release(made);
    must(!made || code() == 0, "free succeeds");
}

/* What a child of fork does: this call, on a thread that has called before or not, whose first allocations succeed. */
static const struct Kind* g_kind;
static int g_called_before;
static long g_successes;

static int g_failed; /* whether an allocation did */

static void* call_without_memory(void* none) {
    CALL(void, "rt_torch_clear_error", void)();
    if (g_called_before)
        CALL(int64_t, T "ndim", int64_t)(g_matrix); /* succeeds, where there is one: nothing is thrown */
    t_left = g_successes;
    judge(g_kind, g_kind->call(), 1);
    t_left = kAll;
    g_failed = t_failed;
    judge(g_kind, g_kind->call(), 0);
    return none;
}

enum {
    kAllSucceeded = 0,
    kSomeFailed = 3
};

static int status_of_child(void) {
    const pid_t child = fork();
    if (child == 0) {
        alarm(20);
        if (g_kind->place == kFirstThread) {
            call_without_memory(NULL);
        } else {
            g_matrix = filled("rt_torch_tensor_ones", 2, 3);
            g_image = filled("rt_torch_tensor_ones", 4, 3);
            must(g_matrix && g_image, "tensors");
            pthread_t thread;
            must(pthread_create(&thread, NULL, call_without_memory, NULL) == 0 && pthread_join(thread, NULL) == 0,
                 "a thread runs");
        }
        _exit(g_failed ? kSomeFailed : kAllSucceeded);
    }
    int status = 0;
    must(child > 0 && waitpid(child, &status, 0) == child, "a child of fork ran");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Whether all went well where no allocation succeeds, and, on a thread that has called before, where the first ones do.
 */
static int well(void) {
    int status = kSomeFailed;
    for (g_successes = 0; status == kSomeFailed; ++g_successes) {
        status = status_of_child();
        if (status == kAllSucceeded || !g_called_before || g_kind->fails == kAllAtOnce) break;
    }
    if (status == kAllSucceeded || status == kSomeFailed) return 1;
    fprintf(stderr, "%s, as a %s call of %s thread, after %ld allocations: status %d\n", g_kind->name,
            g_called_before ? "second" : "first", g_kind->place == kFirstThread ? "the first" : "a fresh",
            g_successes - 1, status);
    return 0;
}

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    must(dlsym(RTLD_DEFAULT, "__cxa_throw") == NULL, "this program has no C++ library");
    g_library = dlopen(argv[1], RTLD_NOW);
    must(g_library != NULL, "the library is loaded");
    int failed = 0;
    for (size_t i = 0; i < sizeof kKinds / sizeof *kKinds; ++i)
        for (g_called_before = 0; g_called_before <= 1; ++g_called_before) {
            g_kind = &kKinds[i];
            if (!well()) failed = 1;
        }
    return failed;
}

// Every allocation of a sequence of calls fails in turn, alone and with all that follow it: each call succeeds or is
// out of memory, each free succeeds, and nothing is left behind.
//
//     failing_allocations BACKEND
#include <malloc.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

// Of this thread: how many allocations are still to succeed, or kAll; and whether those after the failing one fail too.
constexpr long kAll = -1;
__thread long t_left = kAll;
__thread bool t_all_after = false;
__thread bool t_failed = false;

bool fails() {
    if (t_left == kAll) return false;
    if (t_left > 0) {
        --t_left;
        return false;
    }
    if (!t_all_after && t_failed) return false;
    return t_failed = true;
}

}  // namespace

// This program's own, before the C library's.
extern "C" {
void* __libc_malloc(size_t);
void* __libc_calloc(size_t, size_t);
void* __libc_realloc(void*, size_t);
void* __libc_memalign(size_t, size_t);

__attribute__((visibility("default"))) void* malloc(size_t size) { return fails() ? nullptr : __libc_malloc(size); }
__attribute__((visibility("default"))) void* calloc(size_t count, size_t size) {
    return fails() ? nullptr : __libc_calloc(count, size);
}
__attribute__((visibility("default"))) void* realloc(void* memory, size_t size) {
    return fails() ? nullptr : __libc_realloc(memory, size);
}
__attribute__((visibility("default"))) void* memalign(size_t alignment, size_t size) {
    return fails() ? nullptr : __libc_memalign(alignment, size);
}
__attribute__((visibility("default"))) void* aligned_alloc(size_t alignment, size_t size) {
    return fails() ? nullptr : __libc_memalign(alignment, size);
}
__attribute__((visibility("default"))) int posix_memalign(void** memory, size_t alignment, size_t size) {
    if (fails()) return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
}

namespace {

// The handles that a run made, each to be freed.
struct Run {
    const Backend& backend;
    int64_t handles[64];
    int count = 0;

    void judge(const char* call, int expected) const {
        const int code = backend.last_error_code();
        if (code == expected || (t_failed && code == 7)) return;
        std::fprintf(stderr, "code %d, not %d: %s\n", code, expected, backend.last_error_message());
        must(false, call);
    }
    int64_t keep(const char* call, int64_t handle, int expected = 0) {
        const int code = backend.last_error_code();
        judge(call, expected);
        must((handle != 0) == (code == 0), call);
        if (handle) handles[count++] = handle;
        return handle;
    }
    void keep_all(const char* call, SplArray* array) {
        judge(call, 0);
        if (!array) return;
        for (int64_t i = 0; i < array->len; ++i)
            if (array->items[i].tag == SPL_INT) handles[count++] = array->items[i].as_int;
        std::free(array->items);
        std::free(array);
    }
    void drop(const char* call, SplArray* array) const {
        judge(call, 0);
        if (!array) return;
        std::free(array->items);
        std::free(array);
    }
};

bool g_libtorch = false;

void sequence(const Backend& backend) {
    Run run{backend, {}, 0};
    SplValue sizes[8];
    for (SplValue& size : sizes) size = whole(2);
    const SplArray dims{sizes, 8, 8}, two{sizes, 2, 2};
    const int64_t x = run.keep("ones", backend.ones(&dims));
    const int64_t y = run.keep("ones", backend.ones(&two));
    const bool both = x && y;
    run.keep("add", backend.add(x, y), both ? 0 : 1);
    run.keep("a bad handle", backend.add(x, 77), 1);
    run.keep("matmul", backend.matmul(y, y), y ? 0 : 1);
    if (x) run.keep("a bad view", backend.view(x, &two), 3);
    if (x) run.keep("transpose", backend.transpose(x, 0, 1));
    if (x) run.keep("sum_dim", backend.sum_dim(x, 0, false));
    if (x) run.keep_all("chunk", backend.chunk(x, 2, 0));
    if (x) run.drop("shape", backend.shape(x));
    if (y) run.drop("to_data", backend.to_data(y));
    // LibTorch itself allocates where it takes a graph apart, in a destructor that cannot fail.
    if (y && !g_libtorch) {
        backend.sum(y);
        run.judge("sum", 0);
        backend.set_requires_grad(y, true);
        run.judge("set_requires_grad", 0);
        const bool differentiable = backend.last_error_code() == 0;
        const int64_t square = differentiable ? run.keep("mul", backend.mul(y, y)) : 0;
        const int64_t loss = square ? run.keep("mse_loss", backend.mse_loss_tensor(square, y)) : 0;
        if (loss) {
            backend.backward(loss);
            run.judge("backward", 0);
        }
    }
    std::free(backend.last_error_message());
    while (run.count > 0) {
        backend.free(run.handles[--run.count]);
        must(backend.last_error_code() == 0, "free succeeds");
    }
}

void fail_each_in_turn(const Backend& backend, bool all_after) {
    long k = 0;
    for (bool failed = true; failed; ++k) {
        t_failed = false;
        t_all_after = all_after;
        t_left = k;
        sequence(backend);
        t_left = kAll;
        failed = t_failed;
        must(backend.live_tensors() == 0, "nothing is left");
        sequence(backend);  // and all is well afterwards
    }
    std::fprintf(stderr, "%ld allocations failed%s\n", k - 1, all_after ? ", each with all after it" : "");
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    char* name = backend.backend_name();
    g_libtorch = std::strcmp(name, "libtorch") == 0;
    std::free(name);
    for (int i = 0; i < 3; ++i) sequence(backend);
    // What lies beneath fills a cache when it likes, in one round or another; a leak grows in every one.
    constexpr int kRounds = 6;
    size_t before = 0;
    bool grew = true;
    for (int round = 0; round < kRounds; ++round) {
        for (const bool all_after : {false, true}) fail_each_in_turn(backend, all_after);
        const size_t bytes = mallinfo2().uordblks;
        std::fprintf(stderr, "round %d: %zu bytes\n", round, bytes);
        grew = grew && bytes > before;
        before = bytes;
    }
    must(!grew, "nothing is leaked");
    return 0;
}

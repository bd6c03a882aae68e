// Every allocation of a sequence of calls fails in turn, alone and with all that follow it: each call succeeds or is
// out of memory, each free succeeds, and nothing is left behind. On a thread that has called before, on fresh threads,
// in fresh processes, and where the table of handles grows. The host's loader, too.
//
//     failing_allocations BACKEND
#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

#include "impl/dynload/rt_dl.h"
#include "impl/process/counting.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

// The handles that a run made, each to be freed.
struct Run {
    const Backend& backend;
    int64_t handles[64];
    int count = 0;

    void judge(const char* call, int expected) const {
        const int code = backend.last_error_code();
        if (code == expected || (allocation_failed() && code == 7)) return;
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

// What children of fork tell.
struct Told {
    bool failed;        // an allocation, in the last of them
    bool table_failed;  // the mapping of a chunk of the table, in any
};
Told& told() {
    static void* shared = mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(shared != MAP_FAILED, "memory is shared with children");
    return *static_cast<Told*>(shared);
}

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
    SplValue many[64];  // dims, which make a long message
    for (SplValue& size : many) size = whole(-7);
    const SplArray negative{many, 64, 64};
    run.keep("a negative size", backend.zeros(&negative), 2);
    if (x) run.keep("a bad view", backend.view(x, &two), 3);
    if (x) run.keep("transpose", backend.transpose(x, 0, 1));
    if (x) run.keep("sum_dim", backend.sum_dim(x, 0, false));
    if (x) run.keep_all("chunk", backend.chunk(x, 2, 0));
    if (x) run.drop("shape", backend.shape(x));
    if (y) run.drop("to_data", backend.to_data(y));
    if (y) backend.sum(y);
    if (y) run.judge("sum", 0);
    if (y) backend.set_requires_grad(y, true);
    if (y) run.judge("set_requires_grad", 0);
    // LibTorch itself allocates where it takes a graph apart, in a destructor that cannot fail.
    if (y && !g_libtorch && backend.last_error_code() == 0) {
        const int64_t square = run.keep("mul", backend.mul(y, y));
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

// The sequence, whose allocation after `successes` others fails. Whether one failed.
bool fails_once(const Backend& backend, long successes, After after) {
    fail_allocation(successes, after);
    sequence(backend);
    const bool failed = fail_no_allocation();
    must(backend.live_tensors() == 0, "nothing is left");
    sequence(backend);  // and all is well afterwards
    return failed;
}

// On a thread that ends without memory too.
bool fails_once_on_a_fresh_thread(const Backend& backend, long successes, After after) {
    bool failed = false;
    std::thread([&] {
        fail_allocation(successes, after);
        sequence(backend);
        failed = allocation_failed();
    }).join();
    must(backend.live_tensors() == 0, "nothing is left");
    std::thread([&] { sequence(backend); }).join();
    return failed;
}

// Where the next tensors need more room in the table, which has some for this many.
bool fails_once_where_the_table_grows(const Backend& backend, long successes, After after) {
    constexpr size_t kHandles = 8192, kBefore = kHandles - 8;
    bool failed = false;
    std::thread([&] {
        std::vector<int64_t> handles(kBefore);
        handles.reserve(kHandles + 8);
        for (int64_t& handle : handles) handle = backend.zeros(nullptr);
        fail_allocation(successes, after);
        while (handles.size() < handles.capacity()) {
            const int64_t handle = backend.zeros(nullptr);
            const int code = backend.last_error_code();
            must(handle != 0 ? code == 0 : code == 7 && allocation_failed(), "zeros succeeds, or is out of memory");
            if (!handle && after == After::fail) break;
            if (handle) handles.push_back(handle);
        }
        failed = allocation_failed();
        if (mapping_failed()) told().table_failed = true;
        for (const int64_t handle : handles) {
            backend.free(handle);
            must(backend.last_error_code() == 0, "free succeeds");
        }
    }).join();
    must(backend.live_tensors() == 0, "nothing is left");
    sequence(backend);
    return failed;
}

// Where memory is out, what is refused for its shape still is: the text is made in place.
void refused_without_memory(const Backend& backend) {
    SplValue sizes[] = {whole(1), whole(1), whole(2), whole(2)}, larger[] = {whole(1), whole(1), whole(3), whole(3)};
    const SplArray image{sizes, 4, 4}, kernel{larger, 4, 4};
    const int64_t x = backend.ones(&image), w = backend.ones(&kernel);
    must(x != 0 && w != 0, "an image and a kernel");
    fail_allocation(0, After::fail);
    backend.conv2d(x, w, 0, nullptr, nullptr, nullptr, 1);
    const int code = backend.last_error_code();
    fail_no_allocation();
    must(code == 3, "a kernel larger than its input is code 3 without memory too");
    backend.free(x);
    backend.free(w);
}

// The loader's first calls: what fails says why, if there is memory for the text. Whether an allocation failed.
bool loader_fails_once(const char* library, long successes, After after) {
    fail_allocation(successes, after);
    constexpr int64_t kNone = 4711;
    must(rt_dlsym(kNone, "main") == 0, "no library has no symbol");
    char* why = rt_dlerror();
    must(why ? std::strstr(why, "4711") != nullptr : allocation_failed(), "rt_dlerror names the handle");
    std::free(why);
    must(!rt_dlclose(kNone), "no library is not closed");
    const int64_t handle = rt_dlopen(library, RT_DL_NOW);
    must(handle != 0 || allocation_failed(), "a library is opened");
    if (handle) must(rt_dlsym(handle, "rt_torch_version") != 0 && rt_dlclose(handle), "it is searched and closed");
    return fail_no_allocation();
}

using Once = bool (*)(const Backend& backend, long successes, After after);

// In a child of fork, which has not called before where the program has not.
bool in_a_child(const Backend& backend, Once once, long successes, After after) {
    Told& child = told();
    must(repeated([&] { child.failed = once(backend, successes, after); }, 1) == 0, "the child ends");
    return child.failed;
}

template <typename Fails>
void fail_each_in_turn(const char* where, Fails fails) {
    for (const After after : {After::succeed, After::fail}) {
        long k = 0;
        while (fails(k, after)) ++k;
        std::fprintf(stderr, "%ld allocations failed %s%s\n", k, where,
                     after == After::fail ? ", each with all after it" : "");
        must(k > 0, "allocations fail");
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    char* name = backend.backend_name();
    g_libtorch = std::strcmp(name, "libtorch") == 0;
    std::free(name);
    const auto in_children = [&](const char* where, Once once) {
        fail_each_in_turn(where, [&](long k, After after) { return in_a_child(backend, once, k, after); });
    };
    fail_each_in_turn("in the loader's first calls", [&](long k, After after) {
        Told& child = told();
        must(repeated([&] { child.failed = loader_fails_once(argv[1], k, after); }, 1) == 0, "the child ends");
        return child.failed;
    });
    in_children("in a process's first calls", fails_once);
    for (int i = 0; i < 3; ++i) sequence(backend);
    refused_without_memory(backend);
    in_children("in the calls of a second thread", fails_once_on_a_fresh_thread);
    in_children("where the table grows", fails_once_where_the_table_grows);
    must(told().table_failed, "the table had no memory to grow");
    // What lies beneath fills a cache when it likes, in one round or another; a leak grows in every one.
    constexpr int kRounds = 6;
    Allocations before;
    bool more_blocks = true, more_bytes = true;
    for (int round = 0; round < kRounds; ++round) {
        fail_each_in_turn("on a thread that has called",
                          [&](long k, After after) { return fails_once(backend, k, after); });
        fail_each_in_turn("on a fresh thread",
                          [&](long k, After after) { return fails_once_on_a_fresh_thread(backend, k, after); });
        const Allocations now = in_use();
        std::fprintf(stderr, "round %d: %lld bytes in %lld blocks\n", round, static_cast<long long>(now.bytes),
                     static_cast<long long>(now.blocks));
        more_blocks = more_blocks && now.blocks > before.blocks;
        more_bytes = more_bytes && now.bytes > before.bytes;
        before = now;
    }
    must(!more_blocks && !more_bytes, "nothing is leaked");
    return 0;
}

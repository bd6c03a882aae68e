// Calls when the thread's locals are gone: in destructors of thread-locals and pthread keys, in atexit handlers and in
// destructors of statics, and of the host's loader too.
//
//     at_exit BACKEND     linked with a backend: at_exit linked
#include <pthread.h>

#include <cstdlib>
#include <cstring>
#include <thread>

#include "impl/abi/sanitized.h"
#include "impl/dynload/rt_dl.h"
#include "impl/process/process.h"
#ifdef SIMPLE_LINKED
#include "impl/process/linked.h"
#endif

using namespace simple;
using namespace simple::process;

namespace {

const Backend* g_backend = nullptr;  // null in the parent, which makes no calls

void failing_loader_calls() {
    must(rt_dlsym(4711, "name") == 0, "a search in no library fails");
    char* reason = rt_dlerror();
    must(reason && std::strstr(reason, "4711"), "the loader's reason names the handle");
    std::free(reason);
    char path[500];
    std::memset(path, 'p', sizeof path);
    path[sizeof path - 1] = '\0';
    must(rt_dlopen(path, RT_DL_NOW) == 0, "a library that is not there cannot be opened");
    reason = rt_dlerror();
    must(reason && std::strstr(reason, "pppp"), "the loader's reason names the path");
    std::free(reason);
}

bool is_ending(const char* symbol) {
    if (g_backend->last_error_code() == 0) return false;
    must_have_failed(*g_backend, 100, symbol, "");
    char* message = g_backend->last_error_message();
    must(std::strstr(message, "the thread is ending") || std::strstr(message, "has ended with the process"),
         "the message tells whose end it is");
    std::free(message);
    return true;
}

// LibTorch keeps what these work with in thread-locals that are destroyed, or for the process from the first such call
// on: they succeed or say so.
void convolve_and_go_back(const Backend& b) {
    SplValue sizes[] = {whole(1), whole(1), whole(4), whole(4)};
    const SplArray dims{sizes, 4, 4};
    const int64_t x = b.ones(&dims);
    b.set_requires_grad(x, true);
    int64_t y = b.conv2d(x, x, 0, nullptr, nullptr, nullptr, 1);
    if (is_ending("rt_torch_nn_conv2d")) y = b.mse_loss_tensor(x, x);
    const int64_t result = b.reshape(y, nullptr);
    b.backward(result);
    is_ending("rt_torch_autograd_backward");
    for (const int64_t handle : {x, y, result}) b.free(handle);
}

void call_everything() {
    if (!g_backend) return;
    failing_calls(*g_backend);
    failing_loader_calls();
    succeeding_calls(*g_backend);
    convolve_and_go_back(*g_backend);
}

int64_t g_kept = 0;  // a tensor of the parent's

// A call that computes succeeds, or says what has gone.
void computes_or_tells(int64_t result, const char* symbol) {
    if (result > 0)
        g_backend->free(result);
    else
        must_have_failed(*g_backend, 100, symbol, "LibTorch has ended with the process");
}

// When all that LibTorch has is destroyed: what is there can be read and freed.
void calls_at_the_end() {
    if (!g_backend) return;
    const Backend& b = *g_backend;
    const int64_t live = b.live_tensors();
    must(live >= 1 && b.last_error_code() == 0, "the live count is right after LibTorch's end");
    must(b.ndim(g_kept) == 0 && b.numel(g_kept) == 1 && b.dtype(g_kept) == 1, "a tensor can be asked what it is");
    const int64_t abi = b.abi_version();
    must(abi >= 1000 && b.last_error_code() == 0, "the ABI's version is told");
    char* name = b.backend_name();
    must(name && *name && b.last_error_code() == 0, "backend_name tells it");
    std::free(name);
    b.no_grad_begin();
    b.no_grad_end();
    must(!b.cuda_available() && b.last_error_code() == 0, "what cannot fail does not");
    must(b.ndim(12345) == -1, "ndim of no handle fails");
    must_have_failed(b, 1, "rt_torch_torchtensor_ndim", "12345");
    for (int i = 0; i < 2; ++i) {
        computes_or_tells(b.view(g_kept, nullptr), "rt_torch_torchtensor_view");
        computes_or_tells(b.add(g_kept, g_kept), "rt_torch_torchtensor_add");
        computes_or_tells(b.exp(g_kept), "rt_torch_torchtensor_exp");
        computes_or_tells(b.zeros(nullptr), "rt_torch_tensor_zeros");
        b.set_num_threads(2);
        if (b.last_error_code() != 0) must_have_failed(b, 100, "rt_torch_set_num_threads", "LibTorch has ended");
    }
    b.free(54321);
    must_have_failed(b, 1, "rt_torch_torchtensor_free", "54321");
    must(b.live_tensors() == live, "nothing is left");
    failing_loader_calls();
}

// The last of LibTorch's own, the pool of threads that a setting makes, is gone before what was registered in between.
void calls_before_libtorch_ends() {
    if (!g_backend) return;
    must(g_backend->ndim(g_kept) == 0 && g_backend->last_error_code() == 0, "ndim succeeds");
    const int64_t view = g_backend->view(g_kept, nullptr);
    must(view > 0, "view succeeds");
    g_backend->free(view);
    call_everything();
    g_backend->set_num_threads(2);
    must(g_backend->last_error_code() == 0, "set_num_threads succeeds");
    call_everything();
}

// Made before the backend is loaded, so destroyed after all that LibTorch has.
struct Last {
    ~Last() { calls_at_the_end(); }
} g_last;

// Destroyed after every thread-local that was made later.
struct LastOfThread {
    ~LastOfThread() { call_everything(); }
    int used = 0;
};
thread_local LastOfThread t_last;

// Keys are destroyed in four rounds, after the thread-locals. AddressSanitizer takes its own part of a thread apart in
// the last one.
#if SIMPLE_SANITIZED
constexpr intptr_t kRounds = 3;
#else
constexpr intptr_t kRounds = 4;
#endif
pthread_key_t g_first_key, g_later_key;
bool g_later = false;
void at_key(void* rounds) {
    call_everything();
    const auto left = reinterpret_cast<intptr_t>(rounds) - 1;
    if (left > 0) pthread_setspecific(g_first_key, reinterpret_cast<void*>(left));
}

void thread() {
    t_last.used = 1;
    pthread_setspecific(g_first_key, reinterpret_cast<void*>(kRounds));
    if (g_later) pthread_setspecific(g_later_key, reinterpret_cast<void*>(intptr_t{1}));
    call_everything();
}

}  // namespace

int main(int argc, [[maybe_unused]] char** argv) {
    if (argc != 2) return 64;
    std::atexit(calls_at_the_end);
    pthread_key_create(&g_first_key, at_key);
#ifdef SIMPLE_LINKED
    const Backend backend = linked();
#else
    const Backend backend = load_backend(argv[1]);
#endif
    std::atexit(calls_before_libtorch_ends);
    g_kept = backend.zeros(nullptr);
    succeeding_calls(backend);
    // The first calls are those at exit. Each time alike: not so many of them.
    int status = repeated([&] { g_backend = &backend; }, kTimes / 5, End::through_exit);
    if (status != 0) return status;
    status = repeated(
        [&] {
            g_backend = &backend;
            t_last.used = 1;
            std::atexit(call_everything);
            std::thread(thread).join();
            call_everything();
            g_later = true;
            pthread_key_create(&g_later_key, at_key);  // behind whatever keys the backend made
            for (int i = 0; i < 10; ++i) std::thread(thread).join();
            // The thread that ends the process has not followed this setting, and cannot while LibTorch's pool is gone.
            std::thread([&] { backend.set_num_threads(2); }).join();
        },
        kTimes, End::through_exit);
    if (status == 0) std::_Exit(0);
    return status;
}

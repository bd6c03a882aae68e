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

void fail_everywhere() {
    if (!g_backend) return;
    failing_calls(*g_backend);
    failing_loader_calls();
}

void call_everything() {
    fail_everywhere();
    if (g_backend) succeeding_calls(*g_backend);
}

// Made before the backend is loaded, so destroyed after all that LibTorch has: calls fail, and that is all they may do.
struct Last {
    ~Last() { fail_everywhere(); }
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
    std::atexit(fail_everywhere);
    pthread_key_create(&g_first_key, at_key);
#ifdef SIMPLE_LINKED
    const Backend backend = linked();
#else
    const Backend backend = load_backend(argv[1]);
#endif
    succeeding_calls(backend);
    const int status = repeated(
        [&] {
            g_backend = &backend;
            t_last.used = 1;
            std::atexit(call_everything);
            std::thread(thread).join();
            call_everything();
            g_later = true;
            pthread_key_create(&g_later_key, at_key);  // behind whatever keys the backend made
            for (int i = 0; i < 10; ++i) std::thread(thread).join();
        },
        kTimes, End::through_exit);
    if (status == 0) std::_Exit(0);
    return status;
}

#include "impl/torch/threads.h"

#include <ATen/Parallel.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "impl/errors/error.h"
#include "impl/torch/call.h"
#include "impl/torch/openmp.h"

// OpenMP's, which LibTorch brings along or does not.
extern "C" [[gnu::weak]] int omp_get_max_threads();
extern "C" [[gnu::weak]] void omp_set_num_threads(int);

namespace simple::torch_backend {
namespace {

std::atomic<bool> g_alone{false};       // whether no thread can be started, or too few
std::mutex g_setting;                   // settings, and threads that take them over, one at a time
int g_count = 0;                        // what was last set; 0: nothing yet
std::atomic<bool> g_pool_ended{false};  // exit has destroyed LibTorch's own pool, whose lock is never given back
KeepingRuntimes g_keeping;              // at the fork
bool g_stays_on_one = false;            // a child whose forking thread had workers that could not be ended

// A thread that waits to be let go. It has no thread-local storage of its own and calls nothing that uses any but
// errno.
int wait_for_end(void* argument) {
    auto* end = static_cast<std::atomic<int>*>(argument);
    while (!end->load(std::memory_order_acquire)) syscall(SYS_futex, end, FUTEX_WAIT, 0, nullptr);
    return 0;
}

// Address space for the stacks that pthread_create would make.
bool have_room(int count) {
    size_t stack = size_t{8} << 20;
    pthread_attr_t attributes;
    if (pthread_getattr_default_np(&attributes) == 0) {
        pthread_attr_getstacksize(&attributes, &stack);
        pthread_attr_destroy(&attributes);
    }
    const size_t bytes = stack * static_cast<size_t>(count);
    void* room = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return room != MAP_FAILED && munmap(room, bytes) == 0;
}

// Whether `count` threads can run at once, as far as limits of the system go (RLIMIT_NPROC, a container's). The kernel
// is asked directly: pthread_create would make the C library lock for good what one thread need not.
bool can_start(int count) {
    if (count < 1) return true;
    if (!have_room(count)) return false;
#ifdef __SANITIZE_THREAD__
    return true;  // its clone reads, in the new thread, what lay on a stack that the caller has left
#endif
    constexpr size_t kStack = 16384;
    constexpr int kFlags =
        CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_CHILD_CLEARTID;
    const size_t bytes = kStack * static_cast<size_t>(count);
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) return false;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of the host's runs in them
    std::atomic<int> end{0};
    int started = 0;
    for (; started < count; ++started) {
        char* stack = static_cast<char*>(memory) + kStack * static_cast<size_t>(started);
        auto* running = reinterpret_cast<pid_t*>(stack);  // the kernel sets it to 0 at the thread's end
        *running = 1;
        if (clone(wait_for_end, stack + kStack, kFlags, &end, nullptr, nullptr, running) < 0) break;
    }
    end.store(1, std::memory_order_release);
    syscall(SYS_futex, &end, FUTEX_WAKE, INT_MAX);
    for (int i = 0; i < started; ++i) {
        auto* running = reinterpret_cast<pid_t*>(static_cast<char*>(memory) + kStack * static_cast<size_t>(i));
        // The system is asked before it is looked whether there is anything to wait for: so each thread takes the same
        // instructions, however it was scheduled, and counts of them repeat.
        do {
            syscall(SYS_futex, running, FUTEX_WAIT, 1, nullptr);
        } while (__atomic_load_n(running, __ATOMIC_ACQUIRE) != 0);
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    munmap(memory, bytes);
    return started == count;
}

int processors() { return static_cast<int>(std::max(std::thread::hardware_concurrency(), 1u)); }

// What operations start by themselves: OpenMP heeds OMP_NUM_THREADS, which may be above the processors.
int wanted_by_operations() { return std::max(processors(), omp_get_max_threads ? omp_get_max_threads() : 1) - 1; }

// LibTorch has a pool of its own, which is first made for every processor of the system, whichever the process may use,
// and ended only when the one for `count` stands. Asked for each time as if it still stood: where room is just enough
// for one smaller pool more, calls were seen that never returned.
int g_first_pool = 1;
int wanted_by_setting(int count) { return g_first_pool - 1 + count - 1; }

// A forked child has none of its parent's worker threads, which OpenMP would wait for (H5): on one thread it needs
// none. It may ask for more where those that its forking thread has end before; where they cannot, it and its children
// stay on one.
void end_workers() {
    const KeepingRuntimes keeping = end_openmp_workers();
    g_setting.lock();  // no other thread is in the middle of a setting, which the child would wait for
    g_keeping = keeping;
}
void go_on() { g_setting.unlock(); }
void use_one_thread() { set_threads(1); }
void begin_child() {
    compute_alone(g_keeping);
    g_stays_on_one |= g_keeping.count > 0;
    g_setting.unlock();
    use_one_thread();
}

// OpenMP has a number a thread, which LibTorch sets for the calling thread, and for others before they first compute.
void follow_setting() {
    if (g_pool_ended) {
        if ((g_alone || g_count > 0) && omp_set_num_threads) omp_set_num_threads(g_alone ? 1 : g_count);
        return;
    }
    if (!g_alone && g_count > 0) {
        at::set_num_threads(g_count);
        // LibTorch's pool was made in that call, if not before: what is registered now runs before its destructor.
        static const int registered = std::atexit([] { g_pool_ended = true; });
        static_cast<void>(registered);
    }
    // Sets the thread's number when first asked, and not again: now, and not in some operation at exit, when the pool
    // that is told of it is gone.
    at::get_num_threads();
    if (g_alone && omp_set_num_threads) omp_set_num_threads(1);
}

// The calling thread has followed the setting just made. At exit it could not do so any more.
void note_followed(uint64_t setting) {
    if (t_prepared != 0) t_prepared = setting;
}

}  // namespace

void set_threads(int count) {
    const std::lock_guard<std::mutex> lock(g_setting);
    if (g_stays_on_one) count = 1;
    // Asked again each time: limits change. Where it fails nothing has changed (E2).
    const bool alone = !can_start(wanted_by_setting(count)), was_alone = g_alone;
    if (alone && count > 1) fail(Code::memory, "n is {}, for which too few threads can be started", count);
    const int before = g_count;
    g_count = count;
    g_alone = alone;
    try {
        follow_setting();
    } catch (...) {
        g_count = before;
        g_alone = was_alone;
        throw;
    }
    note_followed(g_threads_set.fetch_add(1, std::memory_order_relaxed) + 1);
    if (alone) return;
    // LibTorch's own thread pool is renewed by the first call in a child that sets threads, which the child's threads
    // race to make ("Invalid thread pool!"). What marks it is a handler registered when the pool is made; the handler
    // that makes that call for all of them must come behind it.
    static const int again = pthread_atfork(nullptr, nullptr, use_one_thread);
    static_cast<void>(again);
}

void prepare_threads() {
    g_first_pool = std::max(processors(), static_cast<int>(sysconf(_SC_NPROCESSORS_CONF)));
    g_alone = !can_start(wanted_by_operations());
    pthread_atfork(end_workers, go_on, begin_child);
}

bool pool_has_ended() { return g_pool_ended; }

uint64_t prepare_threads_of_this_thread() {
    const std::lock_guard<std::mutex> lock(g_setting);
    follow_setting();
    return g_threads_set.load(std::memory_order_relaxed);
}

}  // namespace simple::torch_backend

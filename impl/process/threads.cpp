// set_num_threads reaches every thread's next call: those of threads that have computed before, and the first ones of
// threads that start later; a child of fork starts with one, and stays on one where OpenMP could not end the workers of
// the thread that forked.
//
//     threads BACKEND [COUNT]     COUNT: of a child that asks for two; without it, as the backend's OpenMP has it
// Exits with 77 where the process has one processor, and no number but 1 can be set.
#include <dlfcn.h>

#include <condition_variable>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <thread>

#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

// LibTorch's own word for how many the calling thread would compute on: at::get_num_threads().
int (*g_threads_of_libtorch)();

// Large enough for every operation to want threads.
void compute(const Backend& backend) {
    SplValue sizes[2] = {whole(300), whole(300)};
    const SplArray dims{sizes, 2, 2};
    const int64_t x = backend.ones(&dims), y = backend.exp(x);
    must(y != 0, "large work succeeds");
    for (const int64_t handle : {x, y}) backend.free(handle);
}

int threads_after_a_call(const Backend& backend) {
    backend.free(backend.eye(1));
    return g_threads_of_libtorch();
}

// A thread that does what it is told, one thing after the other.
class Worker {
  public:
    Worker() : thread_([this] { run(); }) {}
    ~Worker() {
        hand([this] { done_ = true; });
        thread_.join();
    }
    void hand(std::function<void()> work) {
        std::unique_lock<std::mutex> lock(mutex_);
        work_ = std::move(work);
        changed_.notify_all();
        changed_.wait(lock, [this] { return !work_; });
    }
    int threads(const Backend& backend) {
        int count = 0;
        hand([&] { count = threads_after_a_call(backend); });
        return count;
    }

  private:
    void run() {
        std::unique_lock<std::mutex> lock(mutex_);
        while (!done_) {
            changed_.wait(lock, [this] { return static_cast<bool>(work_); });
            work_();
            work_ = nullptr;
            changed_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::function<void()> work_;
    bool done_ = false;
    std::thread thread_;  // the last member: it uses the others
};

void reaches_every_thread(const Backend& backend) {
    Worker computed;
    computed.hand([&] { compute(backend); });
    for (const int n : {1, 2, 1, 2}) {
        backend.set_num_threads(n);
        must(backend.last_error_code() == 0, "set_num_threads succeeds");
        must(threads_after_a_call(backend) == n, "the thread that sets the number has it");
        must(computed.threads(backend) == n, "a thread that has computed has the number at its next call");
        Worker later;
        must(later.threads(backend) == n, "a thread that starts later has the number at its first call");
        later.hand([&] { backend.set_num_threads(3 - n); });
        must(computed.threads(backend) == 3 - n, "whichever thread sets it");
        must(threads_after_a_call(backend) == 3 - n, "the first thread as well");
    }
}

void one_in_a_child(const Backend& backend, int when_asked_for_two) {
    must(threads_after_a_call(backend) == 1, "a child's thread has one");
    Worker later;
    must(later.threads(backend) == 1, "threads of the child have one");
    backend.set_num_threads(2);
    must(backend.last_error_code() == 0, "a child may set another number");
    must(later.threads(backend) == when_asked_for_two, "which its threads have, or stay on one");
    must(threads_after_a_call(backend) == when_asked_for_two, "as its first thread does");
    compute(backend);
    later.hand([&] { compute(backend); });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) return 64;
    if (std::thread::hardware_concurrency() < 2) return 77;
    const Backend backend = load_backend(argv[1]);
    backend.set_num_threads(2);
    if (backend.last_error_code() == 7) return 77;  // too few threads can be started here
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD);
    must(library != nullptr, "the library is loaded");
    g_threads_of_libtorch = reinterpret_cast<int (*)()>(dlsym(library, "_ZN2at15get_num_threadsEv"));
    must(g_threads_of_libtorch != nullptr, "LibTorch's function is found");
    reaches_every_thread(backend);
    const int without_being_told = dlsym(library, "omp_pause_resource_all") ? 2 : 1;
    const int when_asked_for_two = argc == 3 ? std::atoi(argv[2]) : without_being_told;
    backend.set_num_threads(2);
    compute(backend);
    return repeated([&] { one_in_a_child(backend, when_asked_for_two); });
}

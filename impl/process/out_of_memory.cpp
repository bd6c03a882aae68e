// Without memory: calls fail with code 7, handles can be freed to the last one, and threads end.
//
//     out_of_memory BACKEND [TIMES]
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>
#include <vector>

#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr size_t kHandles = 100000;
constexpr int kThreads = 4;

// Leaves the process the address space that it has.
void allow_no_more() {
    std::ifstream statm("/proc/self/statm");
    rlim_t pages = 0;
    statm >> pages;
    const rlim_t bytes = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
    const rlimit limit{bytes, bytes};
    must(setrlimit(RLIMIT_AS, &limit) == 0, "the limit is set");
}

void free_all(const Backend& backend, const std::vector<int64_t>& handles) {
    for (const int64_t handle : handles) {
        backend.free(handle);
        must(backend.last_error_code() == 0, "free succeeds without memory");
    }
}

void without_memory(const Backend& backend) {
    std::vector<int64_t> handles(kHandles);
    for (int64_t& handle : handles) handle = backend.zeros(nullptr);
    std::vector<int64_t> more;
    more.reserve(10 * kHandles);
    // Threads with handles of their own, and one that has only asked for one that is none.
    std::atomic<int> ready{0};
    std::atomic<bool> go{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back([&, i] {
            backend.ndim(0);
            std::vector<int64_t> own(i ? 1000 : 0);
            for (int64_t& handle : own) handle = backend.zeros(nullptr);
            ++ready;
            while (!go) std::this_thread::yield();
            free_all(backend, own);
            if (i == 0) {
                backend.free(handles.back());
                must(backend.last_error_code() == 0, "a thread without handles frees without memory");
                handles.pop_back();
            }
        });
    while (ready < kThreads) std::this_thread::yield();
    allow_no_more();
    while (more.size() < more.capacity()) {
        const int64_t handle = backend.zeros(nullptr);
        if (handle == 0) break;
        more.push_back(handle);
    }
    must(backend.last_error_code() == 7, "what fails is out of memory");
    std::free(backend.last_error_message());  // NULL, if there is no memory for it either
    backend.free(99);
    must(backend.last_error_code() == 1, "a bad handle is one without memory too");
    go = true;
    for (std::thread& thread : threads) thread.join();
    // Backwards, so that chunk after chunk of the table comes free.
    free_all(backend, {handles.rbegin(), handles.rend()});
    free_all(backend, more);
    must(backend.live_tensors() == 0, "nothing is left");
    succeeding_calls(backend);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 64;
    const Backend backend = load_backend(argv[1]);
    return repeated([&] { without_memory(backend); });
}

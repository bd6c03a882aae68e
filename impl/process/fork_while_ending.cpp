// Forks while other threads are ending, none of them inside a call (H5); and while they search through the host's
// loader, in an open library and in none.
//
//     fork_while_ending BACKEND LIBRARY     LIBRARY is any library, for the loader
#include <dlfcn.h>

#include <atomic>
#include <thread>
#include <vector>

#include "impl/dynload/rt_dl.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr int kThreads = 4, kForks = kTimes;

// Threads that have called the backend and end, one generation after the other, until stopped.
class Ending {
  public:
    explicit Ending(const Backend& backend) {
        for (int i = 0; i < kThreads; ++i)
            threads_.emplace_back([this, &backend] {
                while (!stop_) std::thread([&] { live_one(backend); }).join();
            });
    }
    ~Ending() {
        stop_ = true;
        for (std::thread& thread : threads_) thread.join();
    }
    // Keeps threads from calling while it lives; those that called go on ending.
    class Pause {
      public:
        explicit Pause(Ending& of) : of_(of) {
            of_.paused_ = true;
            while (of_.calling_ > 0) {
            }
        }
        ~Pause() { of_.paused_ = false; }

      private:
        Ending& of_;
    };

  private:
    void live_one(const Backend& backend) {
        ++calling_;
        if (!paused_) backend.free(backend.zeros(nullptr));
        --calling_;
    }

    std::atomic<bool> stop_{false}, paused_{false};
    std::atomic<int> calling_{0};
    std::vector<std::thread> threads_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 64;
    const Backend backend = load_backend(argv[1]);
    backend.free(backend.zeros(nullptr));
    {
        Ending ending(backend);
        for (int i = 0; i < kForks; ++i) {
            Ending::Pause pause(ending);
            if (repeated(
                    [&] {
                        failing_calls(backend);
                        succeeding_calls(backend);
                        std::thread([&] { succeeding_calls(backend); }).join();
                    },
                    1))
                _Exit(1);
        }
    }
    const int64_t library = rt_dlopen(argv[2], RT_DL_NOW);
    must(library != 0, "the library opens");
    std::atomic<bool> stop{false};
    std::vector<std::thread> searching;
    for (int i = 0; i < kThreads; ++i)
        searching.emplace_back([&, i] {
            while (!stop) rt_dlsym(i % 2 ? 4711 : library, "no_such_function");
        });
    const int status = repeated([&] {
        must(rt_dlsym(library, "no_such_function") == 0, "the child searches");
        const int64_t again = rt_dlopen(argv[2], RT_DL_NOW);
        must(again != 0 && rt_dlclose(again), "the child opens and closes");
        // Of the searches of its parent's threads it waits for none.
        must(rt_dlclose(library), "the child closes");
        must(!dlopen(argv[2], RTLD_NOW | RTLD_NOLOAD), "what the child closed is unloaded");
    });
    stop = true;
    for (std::thread& thread : searching) thread.join();
    return status;
}

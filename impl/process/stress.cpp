// Handles made and freed by threads that come and go, half of them freed by another thread than the one that made them,
// allocations that fail, and forks in between: every call does what it should, every count is exact, every handle is
// new.
//
//     stress BACKEND [HANDLES]     10^7 handles by default
#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "impl/process/counting.h"
#include "impl/process/process.h"

using namespace simple;
using namespace simple::process;

namespace {

constexpr int kThreads = 8;
constexpr int64_t kEach = 12500;  // handles that a thread makes in its life

// What threads hand to each other.
struct Mailbox {
    std::mutex mutex;
    std::vector<int64_t> handles;
};
std::array<Mailbox, kThreads> g_mail;
std::atomic<int64_t> g_made{0}, g_failed{0};

// Allocations of the calling thread fail, the first after `successes` others, and each next one after one more: of the
// thousands in a life, every allocation of a call in turn.
class Failing {
  public:
    explicit Failing(long successes) : successes_(successes) { fail_allocation(successes_, After::succeed); }
    // Whether one failed since this was last asked.
    bool failed() {
        if (!allocation_failed()) return false;
        ++g_failed;
        fail_allocation(++successes_, After::succeed);
        return true;
    }

  private:
    long successes_;
};

void freed(const Backend& backend, int64_t handle) {
    backend.free(handle);
    must(backend.last_error_code() == 0, "a live handle is freed");
}

void live(const Backend& backend, int number, int64_t life) {
    Mailbox& mine = g_mail[static_cast<size_t>(number)];
    Mailbox& others = g_mail[static_cast<size_t>((number + 1) % kThreads)];
    std::vector<int64_t> kept, received;
    SplValue element = whole(1);
    const SplArray elements{&element, 1, 1};  // as its own dims, too
    const int64_t one = backend.ones(nullptr);
    must(one > 0, "there is memory");
    Failing failing(static_cast<long>(life));
    int64_t made = 0;
    for (int64_t i = 0; i < kEach; ++i) {
        const int64_t handle = i % 3 == 0   ? backend.zeros(nullptr)
                               : i % 3 == 1 ? backend.add(one, one)
                                            : backend.from_data(&elements, &elements);
        const int code = backend.last_error_code();
        const bool failed = failing.failed();
        must(handle > 0 ? code == 0 : code == 7 && failed, "a handle is made, or an allocation failed");
        if (handle > 0) {
            ++made;
            const Spared ours;
            if (i % 2) {
                const std::lock_guard<std::mutex> lock(others.mutex);
                others.handles.push_back(handle);
            } else {
                kept.push_back(handle);
            }
        }
        if (i % 64 == 63) {
            {
                const std::lock_guard<std::mutex> lock(mine.mutex);
                received.swap(mine.handles);
            }
            for (const int64_t each : received) freed(backend, each);
            received.clear();
            // Some from the front, some from the back.
            for (int k = 0; k < 30 && !kept.empty(); ++k) {
                if (k % 2) std::swap(kept.front(), kept.back());
                freed(backend, kept.back());
                must(backend.ndim(kept.back()) == -1 && backend.last_error_code() == 1, "a freed handle is none");
                kept.pop_back();
            }
        }
    }
    for (const int64_t each : kept) freed(backend, each);
    freed(backend, one);
    g_made += made;
}

// The child of a fork while threads that have called are ending has its parent's tensors, and frees them.
int fork_while_ending([[maybe_unused]] const Backend& backend, [[maybe_unused]] int64_t mailed) {
#if SIMPLE_SANITIZED  // whose own locks do not bear such a fork
    return 0;
#else
    std::array<std::thread, kThreads> ending;
    std::atomic<int> called{0};
    for (std::thread& thread : ending)
        thread = std::thread([&] {
            freed(backend, backend.zeros(nullptr));
            ++called;
            while (called < kThreads) std::this_thread::yield();
        });
    while (called < kThreads) std::this_thread::yield();
    const int status = repeated(
        [&] {
            must(backend.live_tensors() == mailed, "the child has its parent's tensors");
            for (Mailbox& box : g_mail)
                for (const int64_t each : box.handles) freed(backend, each);
            must(backend.live_tensors() == 0, "the child frees them all");
            succeeding_calls(backend);
        },
        1);
    for (std::thread& thread : ending) thread.join();
    return status;
#endif
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 64;
    const Backend backend = load_backend(argv[1]);
    const int64_t handles = argc > 2 ? std::atoll(argv[2]) : 10000000;
    const int64_t rounds = (handles + kThreads * kEach - 1) / (kThreads * kEach);
    for (int64_t round = 0; round < rounds; ++round) {
        std::vector<std::thread> threads;
        for (int i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { live(backend, i, round); });
        for (std::thread& thread : threads) thread.join();
        int64_t mailed = 0;
        for (const Mailbox& box : g_mail) mailed += static_cast<int64_t>(box.handles.size());
        must(backend.live_tensors() == mailed, "what lives is what lies in the mailboxes");
        if (fork_while_ending(backend, mailed)) return 1;
        for (Mailbox& box : g_mail) {
            for (const int64_t each : box.handles) freed(backend, each);
            box.handles.clear();
        }
        must(backend.live_tensors() == 0, "nothing is left");
    }
    const int64_t threads = rounds * kThreads;
    std::printf("%lld handles by %lld threads, %lld failed allocations\n", static_cast<long long>(g_made),
                static_cast<long long>(threads), static_cast<long long>(g_failed));
    must(!kAllocationsFail || g_failed > 0, "allocations failed");
    return 0;
}

// Handles made and freed by threads that come and go, half of them freed by another thread than the one that made them,
// and forks in between: every call does what it should, every count is exact, every handle is new.
//
//     stress BACKEND [HANDLES]     10^6 handles by default
#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

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

void freed(const Backend& backend, int64_t handle) {
    backend.free(handle);
    must(backend.last_error_code() == 0, "a live handle is freed");
}

void live(const Backend& backend, int number) {
    Mailbox& mine = g_mail[static_cast<size_t>(number)];
    Mailbox& others = g_mail[static_cast<size_t>((number + 1) % kThreads)];
    std::vector<int64_t> kept, received;
    for (int64_t i = 0; i < kEach; ++i) {
        const int64_t handle = backend.zeros(nullptr);
        must(handle > 0, "a handle is made");
        if (i % 2) {
            const std::lock_guard<std::mutex> lock(others.mutex);
            others.handles.push_back(handle);
        } else {
            kept.push_back(handle);
        }
        if (i % 64 == 63) {
            {
                const std::lock_guard<std::mutex> lock(mine.mutex);
                received.swap(mine.handles);
            }
            for (const int64_t each : received) freed(backend, each);
            received.clear();
            // Some from the front, some from the back.
            for (int k = 0; k < 30; ++k) {
                if (k % 2) std::swap(kept.front(), kept.back());
                freed(backend, kept.back());
                must(backend.ndim(kept.back()) == -1 && backend.last_error_code() == 1, "a freed handle is none");
                kept.pop_back();
            }
        }
    }
    for (const int64_t each : kept) freed(backend, each);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return 64;
    const Backend backend = load_backend(argv[1]);
    const int64_t handles = argc > 2 ? std::atoll(argv[2]) : 1000000;
    const int64_t rounds = (handles + kThreads * kEach - 1) / (kThreads * kEach);
    for (int64_t round = 0; round < rounds; ++round) {
        std::vector<std::thread> threads;
        std::array<std::thread, kThreads> ending;
        for (int i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { live(backend, i); });
        for (std::thread& thread : threads) thread.join();
        const int64_t waiting = backend.live_tensors();
        int64_t mailed = 0;
        for (const Mailbox& box : g_mail) mailed += static_cast<int64_t>(box.handles.size());
        must(waiting == mailed, "what lives is what lies in the mailboxes");
        // While threads that have called are ending.
        for (std::thread& thread : ending) thread = std::thread([&] { backend.last_error_code(); });
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
        if (status) return status;
        for (Mailbox& box : g_mail) {
            for (const int64_t each : box.handles) freed(backend, each);
            box.handles.clear();
        }
        must(backend.live_tensors() == 0, "nothing is left");
    }
    std::printf("%lld handles by %lld threads, %lld forks\n", static_cast<long long>(rounds * kThreads * kEach),
                static_cast<long long>(rounds * kThreads), static_cast<long long>(rounds));
    return 0;
}

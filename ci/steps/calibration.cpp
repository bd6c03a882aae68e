#include "ci/steps/calibration.h"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "ci/testkit/seconds.h"

namespace simple::gate {
namespace {

// Each part takes some 30 ms of a core of a 2023 server.
constexpr size_t kCopied = size_t{16} << 20;  // bytes: more than a core's own caches hold
constexpr int kCopies = 6;
constexpr size_t kLive = 4096;  // allocations alive at a time, of 16 to 1024 bytes
constexpr int kAllocations = 700000;
constexpr int kSize = 160;  // of square matrices
constexpr int kProducts = 18;

// A pass of two threads on the machine that the time limits were set on, otherwise idle.
constexpr double kUsualPass = 0.100;

std::atomic<double> latest_wall{0};

double cpu_of_thread() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Reads memory as if it were used, so that the work before is not left out.
void use(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

void copy_memory() {
    const std::unique_ptr<char[]> from(new char[kCopied]), to(new char[kCopied]);
    std::memset(from.get(), 1, kCopied);
    for (int i = 0; i < kCopies; ++i) {
        std::memcpy(to.get(), from.get(), kCopied);
        use(to.get());
    }
}

void allocate() {
    std::vector<void*> live(kLive, nullptr);
    uint32_t x = 2463534242u;  // xorshift32 (Marsaglia 2003)
    for (int i = 0; i < kAllocations; ++i) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        void*& slot = live[x % kLive];
        std::free(slot);
        slot = std::malloc(16 + (x >> 12) % 1008);
        use(slot);
    }
    for (void* slot : live) std::free(slot);
}

void multiply() {
    std::vector<float> a(kSize * kSize, 1.0f), b(kSize * kSize, 0.5f), c(kSize * kSize, 0.0f);
    for (int product = 0; product < kProducts; ++product) {
        for (int i = 0; i < kSize; ++i)
            for (int k = 0; k < kSize; ++k)
                for (int j = 0; j < kSize; ++j) c[i * kSize + j] += a[i * kSize + k] * b[k * kSize + j];
        use(c.data());
    }
}

CalibrationPass pass_of_thread() {
    CalibrationPass pass;
    const double cpu = cpu_of_thread();
    const auto timed = [](void (*part)()) {
        const double before = wall_seconds();
        part();
        return wall_seconds() - before;
    };
    pass.memory = timed(copy_memory);
    pass.allocation = timed(allocate);
    pass.floats = timed(multiply);
    pass.cpu = cpu_of_thread() - cpu;
    return pass;
}

}  // namespace

CalibrationPass calibrate(unsigned threads) {
    std::vector<CalibrationPass> of(std::max(1u, threads));
    const double before = wall_seconds();
    std::vector<std::thread> running;
    for (size_t i = 1; i < of.size(); ++i) running.emplace_back([&of, i] { of[i] = pass_of_thread(); });
    of[0] = pass_of_thread();
    for (auto& thread : running) thread.join();
    CalibrationPass all;
    all.ended = wall_seconds();
    all.wall = all.ended - before;
    for (const auto& one : of) {
        const double share = 1.0 / static_cast<double>(of.size());
        all.cpu += one.cpu * share;
        all.memory += one.memory * share;
        all.allocation += one.allocation * share;
        all.floats += one.floats * share;
    }
    latest_wall = all.wall;
    return all;
}

double slowness() {
    if (latest_wall == 0) calibrate(std::thread::hardware_concurrency());
    return std::max(1.0, latest_wall / kUsualPass);
}

}  // namespace simple::gate

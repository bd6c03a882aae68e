#include "ci/simulated_cuda/settings.h"

#include <algorithm>
#include <cstdlib>
#include <random>

#include "ci/testkit/time_scale.h"

namespace simple::simulated_cuda {
namespace {

int64_t number(const char* name, int64_t otherwise, int64_t least, int64_t most) {
    const char* text = std::getenv(name);
    return text && *text ? std::clamp<int64_t>(std::atoll(text), least, most) : otherwise;
}

constexpr int64_t kMegabyte = 1 << 20;
constexpr int64_t kMostMegabytes = 8192;  // the addresses that are set aside for a device hold them twice
constexpr int64_t kMostDelay = 3600000;

}  // namespace

int device_count() {
    static const int count = static_cast<int>(number("SIMULATED_CUDA_DEVICES", 2, 0, kMostDevices));
    return count;
}

int64_t device_bytes() {
    static const int64_t bytes = kMegabyte * number("SIMULATED_CUDA_MEMORY_MB", 1024, 0, kMostMegabytes);
    return bytes;
}

std::chrono::nanoseconds next_delay() {
    // On a slow machine whoever forgets to wait comes later, too.
    static const auto mean = std::chrono::duration_cast<std::chrono::nanoseconds>(
        patience_scale() * std::chrono::milliseconds(number("SIMULATED_CUDA_DELAY_MS", 200, 0, kMostDelay)));
    static const bool random = std::getenv("SIMULATED_CUDA_SEED") != nullptr;
    if (!random) return mean;
    // Called under the streams' lock.
    static std::mt19937_64 engine(static_cast<uint64_t>(number("SIMULATED_CUDA_SEED", 0, 0, INT64_MAX)));
    return std::chrono::nanoseconds(std::uniform_int_distribution<int64_t>(0, 2 * mean.count())(engine));
}

}  // namespace simple::simulated_cuda

#include "ci/simulated_cuda/allocator.h"

#include <cstddef>
#include <utility>

#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/memory.h"
#include "ci/simulated_cuda/settings.h"
#if LIBTORCH_VERSION >= 209
#include <c10/core/CachingDeviceAllocator.h>
#endif

namespace simple::simulated_cuda {
namespace {

#if LIBTORCH_VERSION >= 209
struct DeviceAllocator final : c10::DeviceAllocator {
    c10::DataPtr allocate(size_t bytes) override { return simulated_cuda::allocate(bytes); }
    void copy_data(void* to, const void* from, size_t bytes) const override {
        default_copy_data(bytes_at(to), bytes_at(from), bytes);
    }
    c10::DeleterFnPtr raw_deleter() const override { return nullptr; }
    bool initialized() override { return true; }
    void emptyCache(c10::MempoolId_t = {0, 0}) override {}
    void recordStream(const c10::DataPtr& data, c10::Stream stream) override { record_stream(data.get(), stream); }
    c10::CachingDeviceAllocator::DeviceStats getDeviceStats(c10::DeviceIndex device) override {
        c10::CachingDeviceAllocator::DeviceStats stats;
        auto& bytes = stats.allocated_bytes[static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE)];
        const Figures now = figures(device);
        bytes.current = now.current;
        bytes.peak = now.peak;
        return stats;
    }
    void resetAccumulatedStats(c10::DeviceIndex) override {}
    void resetPeakStats(c10::DeviceIndex device) override { reset_peak(device); }
    std::pair<size_t, size_t> getMemoryInfo(c10::DeviceIndex device) override {
        const auto all = static_cast<size_t>(device_bytes());
        return {all - static_cast<size_t>(figures(device).current), all};
    }
};
#elif LIBTORCH_VERSION >= 203
struct DeviceAllocator final : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) override { return simulated_cuda::allocate(bytes); }
    void copy_data(void* to, const void* from, size_t bytes) const override {
        default_copy_data(bytes_at(to), bytes_at(from), bytes);
    }
};
#else
struct DeviceAllocator final : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) const override { return simulated_cuda::allocate(bytes); }
};
#endif

// Known to LibTorch from the library's loading on.
const bool g_registered = (c10::SetAllocator(c10::DeviceType::CUDA, allocator()), true);

}  // namespace

c10::Allocator* allocator() {
    static auto* made = new DeviceAllocator;
    return made;
}

}  // namespace simple::simulated_cuda

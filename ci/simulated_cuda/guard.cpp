// Devices, streams and events as LibTorch asks for them.
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/util/Exception.h>

#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/memory.h"
#include "ci/simulated_cuda/settings.h"
#include "ci/simulated_cuda/streams.h"

#if LIBTORCH_VERSION >= 214
#define NOEXCEPT_BEFORE_2_14
#else
#define NOEXCEPT_BEFORE_2_14 noexcept
#endif

namespace simple::simulated_cuda {
namespace {

using c10::Device;
using c10::DeviceIndex;
using c10::DeviceType;
using c10::Stream;

void demand_device(DeviceIndex index) {
    TORCH_CHECK(index >= 0 && index < device_count(), "CUDA error: invalid device ordinal (simulated)");
}

struct Guard final : c10::impl::DeviceGuardImplInterface {
    DeviceType type() const override { return DeviceType::CUDA; }
    Device exchangeDevice(Device device) const override {
        const Device before = getDevice();
        setDevice(device);
        return before;
    }
    Device getDevice() const override { return {DeviceType::CUDA, current_device()}; }
    void setDevice(Device device) const override {
        demand_device(device.index());
        set_current_device(device.index());
    }
    void uncheckedSetDevice(Device device) const noexcept override { set_current_device(device.index()); }

    Stream getStream(Device device) const NOEXCEPT_BEFORE_2_14 override {
        return Stream(Stream::UNSAFE, device, current_stream(device.index()));
    }
    Stream getDefaultStream(Device device) const override { return Stream(Stream::DEFAULT, device); }
    Stream getStreamFromGlobalPool(Device device, bool = false) const override {
        demand_device(device.index());
        return Stream(Stream::UNSAFE, device, new_stream());
    }
    Stream exchangeStream(Stream stream) const NOEXCEPT_BEFORE_2_14 override {
        const Stream before = getStream(stream.device());
        set_current_stream(stream.device_index(), stream.id());
        return before;
    }
    DeviceIndex deviceCount() const noexcept override { return static_cast<DeviceIndex>(device_count()); }
    bool queryStream(const Stream& stream) const override { return StreamQueue::of(stream).idle(); }
    void synchronizeStream(const Stream& stream) const override { StreamQueue::of(stream).synchronize(); }

    void record(void** event, const Stream& stream, const DeviceIndex, const c10::EventFlag) const override {
        if (!*event) *event = new Mark;
        *static_cast<Mark*>(*event) = StreamQueue::of(stream).mark();
    }
    void block(void* event, const Stream& stream) const override {
        if (event) StreamQueue::of(stream).add_wait(*static_cast<Mark*>(event));
    }
    bool queryEvent(void* event) const override {
        return !event || StreamQueue::is_reached(*static_cast<Mark*>(event));
    }
    void destroyEvent(void* event, const DeviceIndex) const noexcept override { delete static_cast<Mark*>(event); }
#if LIBTORCH_VERSION >= 206
    void synchronizeEvent(void* event) const override {
        if (event) StreamQueue::reach(*static_cast<Mark*>(event));
    }
#endif
    void recordDataPtrOnStream(const c10::DataPtr& data, const Stream& stream) const override {
        record_stream(data.get(), stream);
    }
};

}  // namespace
}  // namespace simple::simulated_cuda

namespace {
using simple::simulated_cuda::Guard;
C10_REGISTER_GUARD_IMPL(CUDA, Guard);
}  // namespace

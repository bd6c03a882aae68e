// Faults beneath the C boundary, of the LibTorch backend: each build of this file makes one function wrong. Linked
// before the backend's archive, it takes the place of the right one.
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "impl/abi/rt_torch.h"
#include "impl/torch/tensors.h"

using namespace simple;
using namespace simple::torch_backend;

#ifdef FAULT_HOST_READ
// Reads the elements where they lie, on a device as well.
RT_TORCH_API SplArray* rt_torch_torchtensor_to_data(int64_t handle) {
    return call(Fn::to_data, [&] {
        const PinnedTensor x = pinned(handle);
        const at::Tensor doubles = x->to(at::kDouble).contiguous();
        return spl::float_array(static_cast<const double*>(doubles.data_ptr()), doubles.numel());
    });
}
#else

namespace {

// What to_stream may leave out.
#ifdef FAULT_NO_WAIT_FOR_SOURCE
constexpr bool kWaitsForSource = false, kWaitedFor = true, kOnStream = true, kKeepsMemory = true;
#elif defined(FAULT_NO_WAIT_FOR_COPY)
constexpr bool kWaitsForSource = true, kWaitedFor = false, kOnStream = true, kKeepsMemory = true;
#elif defined(FAULT_ON_CURRENT_STREAM)
constexpr bool kWaitsForSource = true, kWaitedFor = true, kOnStream = false, kKeepsMemory = true;
#elif defined(FAULT_GIVES_MEMORY_AWAY)
constexpr bool kWaitsForSource = true, kWaitedFor = true, kOnStream = true, kKeepsMemory = false;
#endif

const c10::impl::VirtualGuardImpl& cuda() {
    static const c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
    return guard;
}

void wait(const c10::Stream& first, const c10::Stream& then) {
    c10::Event event(c10::DeviceType::CUDA);
    event.record(first);
    event.block(then);
}

}  // namespace

RT_TORCH_API int64_t rt_torch_torchtensor_to_stream(int64_t handle, int32_t device_id, int64_t stream) {
    return call(Fn::to_stream, [&] {
        const PinnedTensor x = pinned(handle);
        const PinnedStream on = handles().pin<Stream>(stream);
        if (!on) fail_handle(stream, "stream", "stream");
        if (device_id < 0 || device_id >= cuda().deviceCount()) fail(Code::range, "no device {}", device_id);
        const c10::Device device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(device_id));
        if ((*on)->device() != device) fail(Code::argument, "another device");
        if (x->is_cuda() && kWaitsForSource) wait(cuda().getStream(x->device()), **on);
        const c10::Stream here = cuda().getStream(device);
        const c10::StreamGuard guard(kOnStream ? **on : here);
        at::Tensor there = x->to(at::TensorOptions().device(device), true, true);
        if (kWaitedFor) wait(**on, here);
        if (kKeepsMemory) cuda().recordDataPtrOnStream(there.storage().data_ptr(), here);
        return there;
    });
}
#endif

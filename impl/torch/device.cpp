// Devices, streams and memory. CUDA is reached through LibTorch's device-independent interfaces, so one source serves
// builds with and without it; what the library at hand lacks is code 8.
#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/Event.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/csrc/api/include/torch/version.h>

#include <string>

// LibTorch 2.9 made the figures of CUDA memory known without CUDA's own headers.
#define HAS_MEMORY_FIGURES (TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 9))
#if HAS_MEMORY_FIGURES
#include <c10/core/CachingDeviceAllocator.h>
#endif

#include "impl/abi/rt_torch.h"
#include "impl/torch/copies.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

using c10::DeviceType;

int64_t cuda_devices() {
    if (has_ended(Part::devices)) return 0;
    if (!at::detail::getCUDAHooks().hasCUDA() || !c10::impl::hasDeviceGuardImpl(DeviceType::CUDA)) return 0;
    return c10::impl::VirtualGuardImpl(DeviceType::CUDA).deviceCount();
}

void check_cuda() {
    if (cuda_devices() == 0) fail(Code::unsupported, "this LibTorch finds no CUDA device");
}

c10::Device cuda_device(int32_t device_id) {
    const int64_t count = cuda_devices();
    if (device_id < 0 || device_id >= count) fail(Code::range, "device_id {} is outside [0, {}]", device_id, count - 1);
    return c10::Device(DeviceType::CUDA, static_cast<c10::DeviceIndex>(device_id));
}

// The tensor itself where it is there, else a copy, which is row-major (H7).
at::Tensor moved(const at::Tensor& x, c10::Device device) {
    if (x.device() == device) return x;
    return x.to(at::TensorOptions().device(device), /*non_blocking=*/false, /*copy=*/false,
                at::MemoryFormat::Contiguous);
}

PinnedStream pinned_stream(int64_t handle, const char* parameter) {
    PinnedStream pin = handles().pin<Stream>(handle);
    if (!pin) fail_handle(handle, parameter, "stream");
    return pin;
}

// Everything but to_stream works on the device's current stream. What it does from now on comes behind what lies on
// `other`: it may read the tensor made there, and take the memory of that one's source, when either is freed.
void come_after(const c10::Stream& other, const at::Tensor& made) {
    const c10::impl::VirtualGuardImpl cuda(DeviceType::CUDA);
    const c10::Stream here = cuda.getStream(other.device());
    c10::Event done(DeviceType::CUDA);
    done.record(other);
    done.block(here);
    cuda.recordDataPtrOnStream(made.storage().data_ptr(), here);
}

#if HAS_MEMORY_FIGURES
// None before CUDA's first use, as PyTorch has it: there is no memory yet.
c10::DeviceAllocator* cuda_allocator() {
    if (cuda_devices() == 0) return nullptr;
    auto* allocator = dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(DeviceType::CUDA));
    return allocator && allocator->initialized() ? allocator : nullptr;
}

c10::CachingAllocator::Stat allocated_bytes(int32_t device_id) {
    c10::DeviceAllocator* allocator = cuda_allocator();
    if (!allocator || device_id < 0 || device_id >= cuda_devices()) return {};
    const auto device = static_cast<c10::DeviceIndex>(device_id);
    return allocator->getDeviceStats(device)
        .allocated_bytes[static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE)];
}

void empty_cache() {
    if (c10::DeviceAllocator* allocator = cuda_allocator()) allocator->emptyCache();
}
#else
struct Stat {
    int64_t current = 0, peak = 0;
};

// Before, LibTorch tells them to nobody who does not have CUDA's own headers. They cannot fail (C4), so they are 0.
Stat allocated_bytes(int32_t) { return {}; }

void empty_cache() {}
#endif

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API bool rt_torch_cuda_available(void) {
    return call(Fn::cuda_available, [] { return cuda_devices() > 0; });
}

RT_TORCH_API int64_t rt_torch_torchtensor_cuda(int64_t handle, int32_t device_id) {
    return call(Fn::cuda, [&] {
        const PinnedTensor x = pinned(handle);
        check_cuda();
        const c10::Device device = cuda_device(device_id);
        return shared(*x, [&](const at::Tensor& y) { return moved(y, device); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_cpu(int64_t handle) {
    return call(Fn::cpu, [&] {
        const PinnedTensor x = pinned(handle);
        return shared(*x, [](const at::Tensor& y) { return moved(y, at::kCPU); });
    });
}

RT_TORCH_API bool rt_torch_torchtensor_is_cuda(int64_t handle) {
    return call(Fn::is_cuda, [&] { return pinned(handle)->is_cuda(); });
}

RT_TORCH_API int32_t rt_torch_torchtensor_device(int64_t handle) {
    int32_t device = -2;
    call(Fn::device, [&] {
        const PinnedTensor x = pinned(handle);
        device = x->is_cuda() ? x->device().index() : -1;
    });
    return device;
}

RT_TORCH_API int64_t rt_torch_torchtensor_to_stream(int64_t handle, int32_t device_id, int64_t stream) {
    return call(Fn::to_stream, [&] {
        const PinnedTensor x = pinned(handle);
        check_cuda();
        const PinnedStream on = pinned_stream(stream, "stream");
        const c10::Device device = cuda_device(device_id);
        if ((*on)->device() != device)
            fail(Code::argument, "stream is on {}, not on {}", (*on)->device().str(), device.str());
        if (x->is_cuda()) {
            // The copy waits for the work that makes its source.
            c10::Event made(DeviceType::CUDA);
            made.record(c10::impl::VirtualGuardImpl(DeviceType::CUDA).getStream(x->device()));
            made.block(**on);
        }
        const auto copy = [&] {
            const c10::StreamGuard guard(**on);
            return x->to(at::TensorOptions().device(device), /*non_blocking=*/true, /*copy=*/true,
                         at::MemoryFormat::Contiguous);
        };
        at::Tensor there = copy();
        come_after(**on, there);
        return there;
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_clone(int64_t handle) {
    return unary(Fn::clone, handle, [](const at::Tensor& x) { return kernels::clone(x); });
}

RT_TORCH_API void rt_torch_torchtensor_free(int64_t handle) { give_back<at::Tensor>(Fn::free, handle, "tensor"); }

RT_TORCH_API int64_t rt_torch_cuda_memory_allocated(int32_t device_id) {
    return call(Fn::cuda_memory_allocated, [&] { return Count{allocated_bytes(device_id).current}; }).value;
}

RT_TORCH_API int64_t rt_torch_cuda_max_memory_allocated(int32_t device_id) {
    return call(Fn::cuda_max_memory_allocated, [&] { return Count{allocated_bytes(device_id).peak}; }).value;
}

RT_TORCH_API void rt_torch_cuda_empty_cache(void) {
    call(Fn::cuda_empty_cache, [] { empty_cache(); });
}

RT_TORCH_API int64_t rt_torch_stream_create(int32_t device_id) {
    return call(Fn::stream_create, [&] {
        check_cuda();
        const c10::Device device = cuda_device(device_id);
        return handles().insert(std::make_unique<c10::Stream>(
            c10::impl::VirtualGuardImpl(DeviceType::CUDA).getStreamFromGlobalPool(device)));
    });
}

RT_TORCH_API void rt_torch_torchstream_sync(int64_t handle) {
    call(Fn::stream_sync, [&] {
        const PinnedStream stream = pinned_stream(handle, "handle");
        c10::impl::VirtualGuardImpl(DeviceType::CUDA).synchronizeStream(**stream);
    });
}

RT_TORCH_API bool rt_torch_torchstream_query(int64_t handle) {
    return call(Fn::stream_query, [&] {
        const PinnedStream stream = pinned_stream(handle, "handle");
        return c10::impl::VirtualGuardImpl(DeviceType::CUDA).queryStream(**stream);
    });
}

RT_TORCH_API void rt_torch_torchstream_free(int64_t handle) { give_back<Stream>(Fn::stream_free, handle, "stream"); }

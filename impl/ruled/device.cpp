// Devices and streams, of which there are none but the CPU.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

int64_t nothing(Fn fn) {
    return call(fn, int64_t{-1}, []() noexcept { return int64_t{0}; });
}

// The tensor is judged before the device, and that before a stream, which no caller can have.
int64_t to_cuda(Fn fn, int64_t handle) {
    return made_of(fn, handle, [](const Tensor&) -> Tensor { refuse_cuda(); });
}

}  // namespace

int64_t rt_torch_torchtensor_cuda(int64_t handle, int32_t /*device_id*/) { return to_cuda(Fn::cuda, handle); }
int64_t rt_torch_torchtensor_to_stream(int64_t handle, int32_t /*device_id*/, int64_t /*stream*/) {
    return to_cuda(Fn::to_stream, handle);
}
bool rt_torch_torchtensor_is_cuda(int64_t handle) {
    return query(Fn::is_cuda, handle, false, [](const Tensor&) { return false; });
}
int32_t rt_torch_torchtensor_device(int64_t handle) {
    return query(Fn::device, handle, int32_t{-2}, [](const Tensor&) { return int32_t{-1}; });
}
void rt_torch_torchtensor_free(int64_t handle) {
    give_back<Tensor>(Fn::free, handle, [](int64_t none) { refuse_tensor(Fn::free, 0, none); });
}

bool rt_torch_cuda_available(void) {
    return call(Fn::cuda_available, false, []() noexcept { return false; });
}
int64_t rt_torch_cuda_memory_allocated(int32_t /*device_id*/) { return nothing(Fn::cuda_memory_allocated); }
int64_t rt_torch_cuda_max_memory_allocated(int32_t /*device_id*/) { return nothing(Fn::cuda_max_memory_allocated); }
void rt_torch_cuda_empty_cache(void) {
    void_call(Fn::cuda_empty_cache, []() noexcept {});
}

int64_t rt_torch_live_streams(void) { return nothing(Fn::live_streams); }
int64_t rt_torch_stream_create(int32_t /*device_id*/) {
    return call(Fn::stream_create, int64_t{0}, []() -> int64_t { refuse_cuda(); });
}
void rt_torch_torchstream_sync(int64_t handle) {
    void_call(Fn::stream_sync, [&] { refuse_stream(handle); });
}
bool rt_torch_torchstream_query(int64_t handle) {
    return call(Fn::stream_query, false, [&]() -> bool { refuse_stream(handle); });
}
void rt_torch_torchstream_free(int64_t handle) { give_back<Stream>(Fn::stream_free, handle, refuse_stream); }

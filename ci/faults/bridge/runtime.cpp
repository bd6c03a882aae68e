// Information, gradients, devices, memory, streams.
#include <ATen/Context.h>
#include <ATen/Version.h>
#include <c10/core/GradMode.h>

#include "ci/faults/bridge/bridge.h"

using namespace bridge;

namespace {

std::unordered_map<int64_t, int> streams;

}  // namespace

extern "C" {

bool rt_torch_available(void) { return true; }
char* rt_torch_version(void) { return spl_str_new("a plain bridge"); }
bool rt_torch_cuda_available(void) { return at::hasCUDA(); }

// [] makes what is not there.
void rt_torch_autograd_set_requires_grad(int64_t a, bool on) {
    at::Tensor& tensor = tensors[a];
    if (tensor.defined()) tensor.set_requires_grad(on);
}
void rt_torch_autograd_zero_grad(int64_t a) {
    at::Tensor& tensor = tensors[a];
    if (tensor.defined() && tensor.grad().defined()) tensor.mutable_grad().zero_();
}
bool rt_torch_autograd_requires_grad(int64_t a) { return get(a).requires_grad(); }
int64_t rt_torch_autograd_grad(int64_t a) { return get(a).grad().defined() ? keep(get(a).grad()) : 0; }
void rt_torch_autograd_backward(int64_t a) { get(a).backward(); }
int64_t rt_torch_autograd_detach(int64_t a) { return keep(get(a).detach()); }
void rt_torch_autograd_no_grad_begin(void) { c10::GradMode::set_enabled(false); }
void rt_torch_autograd_no_grad_end(void) { c10::GradMode::set_enabled(true); }

int64_t rt_torch_torchtensor_cuda(int64_t a, int32_t device) {
    return keep(get(a).to(at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device))));
}
int64_t rt_torch_torchtensor_cpu(int64_t a) { return keep(get(a).cpu()); }
bool rt_torch_torchtensor_is_cuda(int64_t a) { return get(a).is_cuda(); }
int32_t rt_torch_torchtensor_device(int64_t a) { return get(a).is_cuda() ? get(a).get_device() : -1; }
int64_t rt_torch_torchtensor_to_stream(int64_t a, int32_t device, int64_t stream) {
    (void)stream;
    return rt_torch_torchtensor_cuda(a, device);
}
int64_t rt_torch_torchtensor_clone(int64_t a) { return keep(get(a).clone()); }
void rt_torch_torchtensor_free(int64_t a) { tensors.erase(a); }

int64_t rt_torch_cuda_memory_allocated(int32_t) { return 0; }
int64_t rt_torch_cuda_max_memory_allocated(int32_t) { return 0; }
void rt_torch_cuda_empty_cache(void) {}
int64_t rt_torch_stream_create(int32_t device) {
    if (!at::hasCUDA()) return 0;
    streams[next_handle] = device;
    return next_handle++;
}
void rt_torch_torchstream_sync(int64_t) {}
bool rt_torch_torchstream_query(int64_t) { return true; }
void rt_torch_torchstream_free(int64_t stream) { streams.erase(stream); }

}  // extern "C"

// What the stub says about itself, errors, gradients, devices and handle life.
#include <string>

#include "stubs/backend/boundary.h"

using namespace simple;
using namespace simple::stub;

namespace {

constexpr int64_t kAbiVersion = 1000;

char* text(Fn fn, const char* words) {
    return call(fn, static_cast<char*>(nullptr), [&] { return spl::make_text(words); });
}

int64_t nothing(Fn fn) {
    return call(fn, int64_t{-1}, [] { return int64_t{0}; });
}

}  // namespace

bool rt_torch_available(void) {
    return call(Fn::available, false, [] { return false; });
}
char* rt_torch_version(void) { return text(Fn::version, "stub"); }
bool rt_torch_cuda_available(void) {
    return call(Fn::cuda_available, false, [] { return false; });
}
int64_t rt_torch_abi_version(void) {
    return call(Fn::abi_version, kAbiVersion, [] { return kAbiVersion; });
}
char* rt_torch_backend_name(void) { return text(Fn::backend_name, "stub"); }

int32_t rt_torch_last_error_code(void) { return last_error::code(); }
char* rt_torch_last_error_message(void) { return last_error::message(); }
void rt_torch_clear_error(void) { last_error::clear(); }

int64_t rt_torch_live_tensors(void) {
    return call(Fn::live_tensors, int64_t{-1}, [] { return handles().live<Tensor>(); });
}
int64_t rt_torch_live_streams(void) { return nothing(Fn::live_streams); }

void rt_torch_manual_seed(int64_t /*seed*/) {
    void_call(Fn::manual_seed, [] {});
}
void rt_torch_set_num_threads(int64_t n) {
    void_call(Fn::set_num_threads, [&] {
        if (n < 1) fail(Code::argument, "n is {}, below 1", n);
    });
}

void rt_torch_autograd_set_requires_grad(int64_t handle, bool requires_grad) {
    void_call(Fn::set_requires_grad, [&] {
        const Pinned x = tensor(handle);
        set_requires_grad(*x, requires_grad);
    });
}
bool rt_torch_autograd_requires_grad(int64_t handle) {
    return call(Fn::requires_grad, false, [&] { return tensor(handle)->requires_grad; });
}
int64_t rt_torch_autograd_grad(int64_t handle) {
    return call(Fn::grad, int64_t{0}, [&] {
        const Pinned x = tensor(handle);
        const bool has = !x->computed && x->node && x->node->has_grad;
        return has ? handles().insert<Tensor>(Tensor(x->node->grad)) : int64_t{0};
    });
}
void rt_torch_autograd_backward(int64_t handle) {
    void_call(Fn::backward, [&] {
        const Pinned x = tensor(handle);
        backward(*x);
    });
}
void rt_torch_autograd_zero_grad(int64_t handle) {
    void_call(Fn::zero_grad, [&] { tensor(handle); });
}
int64_t rt_torch_autograd_detach(int64_t handle) {
    return tensor_call(Fn::detach, [&] { return Tensor(tensor(handle)->meta); });
}
void rt_torch_autograd_no_grad_begin(void) { void_call(Fn::no_grad_begin, enter_no_grad); }
void rt_torch_autograd_no_grad_end(void) { void_call(Fn::no_grad_end, leave_no_grad); }

int64_t rt_torch_torchtensor_cpu(int64_t handle) {
    return unary_call(
        Fn::cpu, handle, [](const Meta& x) { return x; }, false);
}
int64_t rt_torch_torchtensor_cuda(int64_t handle, int32_t /*device_id*/) {
    return tensor_call(Fn::cuda, [&]() -> Tensor {
        tensor(handle);
        refuse_cuda();
    });
}
int64_t rt_torch_torchtensor_to_stream(int64_t handle, int32_t /*device_id*/, int64_t /*stream*/) {
    return tensor_call(Fn::to_stream, [&]() -> Tensor {
        tensor(handle);
        refuse_cuda();
    });
}
bool rt_torch_torchtensor_is_cuda(int64_t handle) {
    return call(Fn::is_cuda, false, [&] {
        tensor(handle);
        return false;
    });
}
int32_t rt_torch_torchtensor_device(int64_t handle) {
    return call(Fn::device, int32_t{-2}, [&] {
        tensor(handle);
        return int32_t{-1};
    });
}
void rt_torch_torchtensor_free(int64_t handle) {
    void_call(Fn::free, [&] {
        if (handle != 0 && !handles().free<Tensor>(handle)) refuse_handle(handle, "handle");
    });
}

int64_t rt_torch_cuda_memory_allocated(int32_t /*device_id*/) { return nothing(Fn::cuda_memory_allocated); }
int64_t rt_torch_cuda_max_memory_allocated(int32_t /*device_id*/) { return nothing(Fn::cuda_max_memory_allocated); }
void rt_torch_cuda_empty_cache(void) {
    void_call(Fn::cuda_empty_cache, [] {});
}

int64_t rt_torch_stream_create(int32_t /*device_id*/) {
    return call(Fn::stream_create, int64_t{0}, []() -> int64_t { refuse_cuda(); });
}
void rt_torch_torchstream_sync(int64_t handle) {
    void_call(Fn::stream_sync, [&] { refuse_handle(handle, "handle"); });
}
bool rt_torch_torchstream_query(int64_t handle) {
    return call(Fn::stream_query, false, [&]() -> bool { refuse_handle(handle, "handle"); });
}
void rt_torch_torchstream_free(int64_t handle) {
    void_call(Fn::stream_free, [&] {
        if (handle != 0) refuse_handle(handle, "handle");
    });
}

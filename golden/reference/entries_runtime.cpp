// Entry points: what the library is, errors, autograd, devices, memory, random numbers and threads.
#include <string>

#include "golden/reference/boundary.h"
#include "golden/reference/random.h"

using namespace simple;
using namespace simple::reference;

namespace {

constexpr int64_t kAbiVersion = 1000;  // major * 1000 + minor of the contract

char* text(Fn fn, const char* words) {
    return guarded<char*>(fn, nullptr, [&] { return spl::make_text(words); });
}

}  // namespace

bool rt_torch_available(void) {
    return guarded(Fn::available, false, [] { return true; });
}
char* rt_torch_version(void) { return text(Fn::version, "reference+cpu"); }
bool rt_torch_cuda_available(void) {
    return guarded(Fn::cuda_available, false, [] { return false; });
}
int64_t rt_torch_abi_version(void) {
    return guarded(Fn::abi_version, int64_t{-1}, [] { return kAbiVersion; });
}
char* rt_torch_backend_name(void) { return text(Fn::backend_name, "reference"); }
int64_t rt_torch_live_tensors(void) {
    return guarded(Fn::live_tensors, int64_t{-1}, [] { return Handles::instance().live<Tensor>(); });
}
int64_t rt_torch_live_streams(void) {
    return guarded(Fn::live_streams, int64_t{-1}, [] { return Handles::instance().live<Stream>(); });
}

int32_t rt_torch_last_error_code(void) { return last_error::code(); }
char* rt_torch_last_error_message(void) { return last_error::message(); }
void rt_torch_clear_error(void) { last_error::clear(); }

void rt_torch_autograd_set_requires_grad(int64_t handle, bool requires_grad) {
    guarded_void(Fn::set_requires_grad, [&] { set_requires_grad(*tensor(handle), requires_grad); });
}
bool rt_torch_autograd_requires_grad(int64_t handle) {
    return guarded(Fn::requires_grad, false, [&] { return tensor(handle)->requires_grad; });
}
int64_t rt_torch_autograd_grad(int64_t handle) {
    return guarded(Fn::grad, int64_t{0}, [&]() -> int64_t {
        const std::shared_ptr<Values> accumulated = grad(*tensor(handle));
        if (!accumulated) return 0;
        Tensor shared;
        shared.meta = rules::fresh(accumulated->sizes, static_cast<rules::DType>(accumulated->dtype));
        shared.storage = accumulated;
        return Handles::instance().insert(std::move(shared));
    });
}
void rt_torch_autograd_backward(int64_t handle) {
    guarded_void(Fn::backward, [&] { backward(*tensor(handle)); });
}
void rt_torch_autograd_zero_grad(int64_t handle) {
    guarded_void(Fn::zero_grad, [&] {
        if (const std::shared_ptr<Values> accumulated = grad(*tensor(handle))) *accumulated = zeros_like(*accumulated);
    });
}
int64_t rt_torch_autograd_detach(int64_t handle) {
    return guarded_tensor(Fn::detach, [&] { return detached(*tensor(handle)); });
}
void rt_torch_autograd_no_grad_begin(void) { guarded_void(Fn::no_grad_begin, enter_no_grad); }
void rt_torch_autograd_no_grad_end(void) { guarded_void(Fn::no_grad_end, leave_no_grad); }

int64_t rt_torch_torchtensor_cuda(int64_t handle, int32_t) {
    return guarded_tensor(Fn::cuda, [&]() -> Tensor {
        tensor(handle);
        fail_without_cuda();
    });
}
int64_t rt_torch_torchtensor_cpu(int64_t handle) {
    return view_call(Fn::cpu, handle, [](const Meta& x) { return x; });
}
bool rt_torch_torchtensor_is_cuda(int64_t handle) {
    return guarded(Fn::is_cuda, false, [&] {
        tensor(handle);
        return false;
    });
}
int32_t rt_torch_torchtensor_device(int64_t handle) {
    return guarded(Fn::device, int32_t{-2}, [&] {
        tensor(handle);
        return int32_t{-1};
    });
}
// The tensor's device is judged before the stream's handle, which no caller can have without CUDA.
int64_t rt_torch_torchtensor_to_stream(int64_t handle, int32_t, int64_t) {
    return guarded_tensor(Fn::to_stream, [&]() -> Tensor {
        tensor(handle);
        fail_without_cuda();
    });
}
void rt_torch_torchtensor_free(int64_t handle) {
    guarded_void(Fn::free, [&] {
        if (handle != 0 && !Handles::instance().free<Tensor>(handle))
            fail(Code::handle, "handle {} is no live tensor", handle);
    });
}
int64_t rt_torch_cuda_memory_allocated(int32_t) {
    return guarded(Fn::cuda_memory_allocated, int64_t{-1}, [] { return int64_t{0}; });
}
int64_t rt_torch_cuda_max_memory_allocated(int32_t) {
    return guarded(Fn::cuda_max_memory_allocated, int64_t{-1}, [] { return int64_t{0}; });
}
void rt_torch_cuda_empty_cache(void) {
    guarded_void(Fn::cuda_empty_cache, [] {});
}

int64_t rt_torch_stream_create(int32_t) {
    return guarded(Fn::stream_create, int64_t{0}, []() -> int64_t { fail_without_cuda(); });
}
void rt_torch_torchstream_sync(int64_t handle) {
    guarded_void(Fn::stream_sync, [&] { check_stream(handle, "handle"); });
}
bool rt_torch_torchstream_query(int64_t handle) {
    return guarded(Fn::stream_query, false, [&] {
        check_stream(handle, "handle");
        return true;
    });
}
void rt_torch_torchstream_free(int64_t handle) {
    guarded_void(Fn::stream_free, [&] {
        if (handle != 0 && !Handles::instance().free<Stream>(handle))
            fail(Code::handle, "handle {} is no live stream", handle);
    });
}

void rt_torch_manual_seed(int64_t seed) {
    guarded_void(Fn::manual_seed, [&] { reference::seed(static_cast<uint64_t>(seed)); });
}
void rt_torch_set_num_threads(int64_t n) {
    guarded_void(Fn::set_num_threads, [&] {
        if (n < 1) fail(Code::argument, "n is {}, but must be at least 1", n);
    });
}

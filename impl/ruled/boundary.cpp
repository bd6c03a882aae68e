#include "impl/ruled/boundary.h"

#include <new>
#include <stdexcept>

namespace simple::ruled {

void refuse_tensor(Fn fn, size_t k, int64_t handle) {
    fail(Code::handle, "{} {} is no live tensor", tensor_param(fn, k).name, handle);
}

void refuse_stream(int64_t handle) { fail(Code::handle, "handle {} is no live stream", handle); }

void refuse_cuda() { fail(Code::unsupported, "the {} has no CUDA device", Elements::kName); }

void record_failure(Fn fn) noexcept {
    try {
        throw;
    } catch (const Fault& fault) {
        last_error::set(fn, fault);
    } catch (const std::bad_alloc&) {
        last_error::set(fn, Code::memory, "out of memory");
    } catch (const std::length_error&) {  // what std::vector throws for more elements than there are addresses
        last_error::set(fn, Code::memory, "out of memory");
    } catch (const std::exception& e) {
        last_error::set(fn, Code::other, e.what());
    } catch (...) {
        last_error::set(fn, Code::other, "an unknown failure beneath");
    }
}

SplArray* handle_array(std::vector<Tensor> tensors) {
    SplArray* array = spl::make_array(static_cast<int64_t>(tensors.size()));
    size_t done = 0;
    try {
        for (; done < tensors.size(); ++done)
            array->items[done] = spl::int_value(handles().insert<Tensor>(std::move(tensors[done])));
    } catch (...) {
        while (done-- > 0) handles().free<Tensor>(array->items[done].as_int);
        spl::free_array(array);
        throw;
    }
    return array;
}

}  // namespace simple::ruled

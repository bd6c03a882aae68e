#include "golden/reference/boundary.h"

#include <string>

namespace simple::reference {

std::mutex& one_call() {
    static std::mutex mutex;  // neither constructed nor destroyed: calls come before main and at exit too
    return mutex;
}

Pinned tensor(int64_t handle, const char* parameter) {
    Pinned pin = Handles::instance().pin<Tensor>(handle);
    if (!pin) fail(Code::handle, "{} {} is no live tensor", parameter, handle);
    return pin;
}

void check_stream(int64_t handle, const char* parameter) {
    if (!Handles::instance().pin<Stream>(handle)) fail(Code::handle, "{} {} is no live stream", parameter, handle);
}

void fail_without_cuda() { fail(Code::unsupported, "the reference has no CUDA"); }

SplArray* array_of(std::vector<Tensor> tensors) {
    SplArray* array = spl::make_array(static_cast<int64_t>(tensors.size()));
    size_t done = 0;
    try {
        for (; done < tensors.size(); ++done)
            array->items[done] = spl::int_value(Handles::instance().insert(std::move(tensors[done])));
    } catch (...) {
        while (done-- > 0) Handles::instance().free<Tensor>(array->items[done].as_int);
        spl::free_array(array);
        throw;
    }
    return array;
}

}  // namespace simple::reference

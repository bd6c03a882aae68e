#include "golden/reference/boundary.h"

#include <string>

namespace simple::reference {

std::mutex& one_call() {
    static auto* mutex = new std::mutex;  // outlives threads that still call while the process ends
    return *mutex;
}

Pinned tensor(int64_t handle, const char* parameter) {
    Pinned pin = Handles::instance().pin<Tensor>(handle);
    if (!pin) fail(Code::handle, std::string(parameter) + " " + std::to_string(handle) + " is no live tensor");
    return pin;
}

void check_stream(int64_t handle, const char* parameter) {
    if (!Handles::instance().pin<Stream>(handle))
        fail(Code::handle, std::string(parameter) + " " + std::to_string(handle) + " is no live stream");
}

void fail_without_cuda() { fail(Code::unsupported, "the reference has no CUDA"); }

SplArray* array_of(std::vector<Tensor> tensors) {
    SplArray* array = spl::make_array(static_cast<int64_t>(tensors.size()));
    for (size_t i = 0; i < tensors.size(); ++i)
        array->items[i] = spl::int_value(Handles::instance().insert(std::move(tensors[i])));
    return array;
}

}  // namespace simple::reference

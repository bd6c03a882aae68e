#include "ci/testkit/device.h"

#include <cstdlib>
#include <stdexcept>
#include <string_view>

#include "ci/testkit/client.h"

namespace simple {
namespace {

Backend g_plain;
int32_t g_number = -1;

// A tensor that cannot be moved is a failed creation: the error stays the one of cuda.
int64_t moved(int64_t created) {
    if (created <= 0) return created;
    const int64_t there = g_plain.cuda(created, g_number);
    if (there > 0) g_plain.free(created);
    return there;
}

template <auto Member>
struct Creation;
template <typename... Args, int64_t (*Backend::*Member)(Args...)>
struct Creation<Member> {
    static int64_t on_device(Args... args) { return moved((g_plain.*Member)(args...)); }
};

}  // namespace

int32_t device_number(const std::string& device) {
    if (device == "cpu") return -1;
    const std::string_view prefix = "cuda:";
    const std::string digits = device.rfind(prefix, 0) == 0 ? device.substr(prefix.size()) : "";
    if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos)
        throw std::runtime_error("--device is cpu or cuda:N, not " + device);
    return std::atoi(digits.c_str());
}

int32_t suite_device() { return g_number; }

int32_t device_count(const Backend& backend) {
    if (!backend.cuda_available()) return 0;
    const Tensor x = make(backend, DType::f64, {1}, {1}), there(backend, backend.cuda(x.get(), 1));
    return there ? 2 : 1;
}

Backend on_cuda(const Backend& backend, int32_t number) {
    g_plain = backend;
    g_number = number;
    Backend result = backend;
    const auto wrap = [](auto& function, auto on_device) {
        if (function) function = on_device;
    };
    wrap(result.zeros, Creation<&Backend::zeros>::on_device);
    wrap(result.ones, Creation<&Backend::ones>::on_device);
    wrap(result.randn, Creation<&Backend::randn>::on_device);
    wrap(result.rand, Creation<&Backend::rand>::on_device);
    wrap(result.full, Creation<&Backend::full>::on_device);
    wrap(result.from_data, Creation<&Backend::from_data>::on_device);
    wrap(result.from_i64_data, Creation<&Backend::from_i64_data>::on_device);
    wrap(result.arange, Creation<&Backend::arange>::on_device);
    wrap(result.linspace, Creation<&Backend::linspace>::on_device);
    wrap(result.eye, Creation<&Backend::eye>::on_device);
    wrap(result.empty, Creation<&Backend::empty>::on_device);
    return result;
}

}  // namespace simple

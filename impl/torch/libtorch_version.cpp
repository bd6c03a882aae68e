#include "impl/torch/libtorch_version.h"

#include <ATen/Version.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/csrc/api/include/torch/version.h>

#include "impl/errors/error.h"

namespace simple::torch_backend {
namespace {

// "2.1" of "2.1.0".
std::string release_of(const std::string& version) {
    return version.substr(0, version.find('.', version.find('.') + 1));
}

// Empty where the library reports none.
std::string asked() {
    const std::string config = at::show_config();
    const std::string key = "TORCH_VERSION=";
    const size_t at = config.find(key);
    if (at == std::string::npos) return "";
    const size_t begin = at + key.size();
    return config.substr(begin, config.find_first_of(", \n", begin) - begin);
}

// Never destroyed, as version() is not.
const std::string& running_libtorch() {
    static const auto* text = new std::string(asked());
    return *text;
}

std::string with_build() {
    const std::string version = running_libtorch().empty() ? "unknown" : running_libtorch();
    const auto& cuda = at::detail::getCUDAHooks();
    // Not hasCUDA(), which asks for a device: a build with CUDA is one on every machine.
    if (!cuda.hasCUDART()) return version + "+cpu";
    const long runtime = cuda.versionCUDART();  // 12010 is 12.1
    return version + "+cu" + std::to_string(runtime / 1000) + std::to_string(runtime % 1000 / 10);
}

}  // namespace

const std::string& version() {
    static const auto* text = new std::string(with_build());
    return *text;
}

void demand_libtorch_of_headers() {
    const std::string& running = running_libtorch();
    if (running.empty() || release_of(running) == release_of(TORCH_VERSION)) return;
    fail(Code::unsupported,
         "built with LibTorch {}, and this process has loaded {} before: build with that one, or load only one",
         TORCH_VERSION, running);
}

}  // namespace simple::torch_backend

#include "impl/torch/libtorch_version.h"

#include <ATen/Version.h>
#include <torch/csrc/api/include/torch/version.h>

#include "impl/errors/error.h"

namespace simple::torch_backend {
namespace {

// "2.1" of "2.1.0".
std::string release_of(const std::string& version) {
    return version.substr(0, version.find('.', version.find('.') + 1));
}

}  // namespace

std::string running_libtorch() {
    const std::string config = at::show_config();
    const std::string key = "TORCH_VERSION=";
    const size_t at = config.find(key);
    if (at == std::string::npos) return "";
    const size_t begin = at + key.size();
    return config.substr(begin, config.find_first_of(", \n", begin) - begin);
}

void demand_libtorch_of_headers() {
    const std::string running = running_libtorch();
    if (running.empty() || release_of(running) == release_of(TORCH_VERSION)) return;
    fail(Code::unsupported,
         "built with LibTorch {}, and this process has loaded {} before: build with that one, or load only one",
         TORCH_VERSION, running);
}

}  // namespace simple::torch_backend

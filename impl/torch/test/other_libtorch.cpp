// What LibTorch's at::show_config would say of another release.
#include <string>

namespace at {
std::string show_config();
std::string show_config() { return "PyTorch built with:\n  - Build settings: TORCH_VERSION=9.8.7, USE_CUDA=0\n"; }
}  // namespace at

// A LibTorch of the C++ ABI from before GCC 5, as far as it says with which instructions it computes.
#include <string>

namespace at {
std::string show_config();
std::string show_config() {
    return "PyTorch built with:\n  - CPU capability usage: AVX2\n  - Build settings: USE_CUDA=1, \n";
}
}  // namespace at

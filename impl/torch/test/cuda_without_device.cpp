// What LibTorch's CUDA says of itself where there is no device.
#include <ATen/detail/CUDAHooksInterface.h>

#include <type_traits>

namespace {

// LibTorch asks these from 2.7 or so on.
template <typename Hooks, typename = void>
struct Built : Hooks {};
template <typename Hooks>
struct Built<Hooks, std::void_t<decltype(&Hooks::isBuilt), decltype(&Hooks::isAvailable)>> : Hooks {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return false; }
};

// The class's name is what LibTorch looks for.
struct CUDAHooks final : Built<at::CUDAHooksInterface> {
    explicit CUDAHooks(at::CUDAHooksArgs) {}
    bool hasCUDA() const override { return false; }
    bool hasCUDART() const override { return true; }
    long versionCUDART() const override { return 13000; }
    int getNumGPUs() const override { return 0; }
};

}  // namespace

using at::CUDAHooksArgs;
using at::CUDAHooksRegistry;
using at::RegistererCUDAHooksRegistry;
REGISTER_CUDA_HOOKS(CUDAHooks);

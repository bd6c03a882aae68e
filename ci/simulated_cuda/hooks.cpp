// What LibTorch asks about CUDA as a whole.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/CUDAHooksInterface.h>

#include <string>
#include <type_traits>
#include <utility>

#include "ci/simulated_cuda/allocator.h"
#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/settings.h"
#include "ci/simulated_cuda/streams.h"

namespace {

using namespace simple::simulated_cuda;
using c10::DeviceIndex;

// A number of 64 bits in some versions before 2.6.
using Index = decltype(std::declval<const at::CUDAHooksInterface&>().current_device());

// Random numbers come from the CPU's kernels and its generator; manual_seed asks for one here, too.
const at::Generator& generator() {
    static const auto* made = new at::Generator(at::detail::createCPUGenerator());
    return *made;
}

// From 2.7 or so on LibTorch asks these before it takes CUDA for an accelerator, whose streams backward needs.
template <typename Hooks, typename = void>
struct Accelerating : Hooks {};
template <typename Hooks>
struct Accelerating<Hooks, std::void_t<decltype(&Hooks::isBuilt), decltype(&Hooks::isAvailable)>> : Hooks {
    bool isBuilt() const override { return true; }
    bool isAvailable() const override { return device_count() > 0; }
};

// The class's name is what LibTorch looks for.
struct CUDAHooks final : Accelerating<at::CUDAHooksInterface> {
    explicit CUDAHooks(at::CUDAHooksArgs) {}
    bool hasCUDA() const override { return device_count() > 0; }
    // version() says what LibTorch was built with, which is no CUDA.
    bool hasCUDART() const override { return false; }
    int getNumGPUs() const override { return device_count(); }
    bool compiledWithCuDNN() const override { return false; }
    std::string showConfig() const override { return "  - simulated CUDA\n"; }
    c10::Allocator* getCUDADeviceAllocator() const override { return allocator(); }
#if LIBTORCH_VERSION >= 206
    void init() const override {}
    bool hasPrimaryContext(DeviceIndex) const override { return true; }
    DeviceIndex deviceCount() const override { return static_cast<DeviceIndex>(device_count()); }
    DeviceIndex getCurrentDevice() const override { return simple::simulated_cuda::current_device(); }
    DeviceIndex current_device() const override { return simple::simulated_cuda::current_device(); }
    void setCurrentDevice(DeviceIndex device) const override { set_current_device(device); }
    DeviceIndex exchangeDevice(DeviceIndex device) const override {
        const DeviceIndex before = simple::simulated_cuda::current_device();
        set_current_device(device);
        return before;
    }
    DeviceIndex maybeExchangeDevice(DeviceIndex device) const override {
        return device < 0 ? simple::simulated_cuda::current_device() : exchangeDevice(device);
    }
    const at::Generator& getDefaultGenerator(DeviceIndex = -1) const override { return generator(); }
    at::Generator getNewGenerator(DeviceIndex = -1) const override { return at::detail::createCPUGenerator(); }
#else
    void initCUDA() const override {}
    bool hasPrimaryContext(Index) const override { return true; }
    Index current_device() const override { return simple::simulated_cuda::current_device(); }
    const at::Generator& getDefaultCUDAGenerator(DeviceIndex = -1) const override { return generator(); }
#endif
};

}  // namespace

using at::CUDAHooksArgs;
using at::CUDAHooksRegistry;
using at::RegistererCUDAHooksRegistry;
REGISTER_CUDA_HOOKS(CUDAHooks);

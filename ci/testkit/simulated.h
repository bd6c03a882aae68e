// What the library that simulates CUDA devices (ci/simulated_cuda/mark.cpp) tells the process that it is in.
#pragma once

#include <cstdint>

namespace simple {

// The number that its function of this name gives; -1 where devices are not simulated.
int64_t told_by_simulated_cuda(const char* function);

// The devices that this process's LibTorch finds thanks to it; 0 or less where there are none.
inline int64_t simulated_devices() { return told_by_simulated_cuda("simulated_cuda_devices"); }

// For a scope simulated devices have no memory left; on others there is no such scope.
class NoDeviceMemory {
  public:
    static bool is_possible();
    NoDeviceMemory();
    NoDeviceMemory(const NoDeviceMemory&) = delete;
    NoDeviceMemory& operator=(const NoDeviceMemory&) = delete;
    ~NoDeviceMemory();
};

}  // namespace simple

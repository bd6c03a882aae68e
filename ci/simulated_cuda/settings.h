// What the environment says of the simulated machine. Each is read once.
#pragma once

#include <chrono>
#include <cstdint>

namespace simple::simulated_cuda {

constexpr int kMostDevices = 16;

// SIMULATED_CUDA_DEVICES: how many devices there are [2].
int device_count();

// SIMULATED_CUDA_MEMORY_MB: how much a device holds [1024]; more is out of memory.
int64_t device_bytes();

// SIMULATED_CUDA_DELAY_MS: how long work lies on a stream if nobody waits for it [200], longer where the machine is
// slow (ci/testkit/time_scale.h). With SIMULATED_CUDA_SEED each piece of work draws its own delay, between nothing and
// twice as much.
std::chrono::nanoseconds next_delay();

}  // namespace simple::simulated_cuda

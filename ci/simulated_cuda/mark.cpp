// For cases that look behind the library's back: whether devices are simulated, and what lies on their streams.
#include <ATen/Context.h>

#include <cstdint>

#include "ci/simulated_cuda/memory.h"
#include "ci/simulated_cuda/streams.h"

#define EXPORTED extern "C" __attribute__((visibility("default")))

// The devices that LibTorch finds. None where it had asked for some before this library was there.
EXPORTED int64_t simulated_cuda_devices(void) {
    return at::hasCUDA() ? static_cast<int64_t>(at::detail::getCUDAHooks().getNumGPUs()) : 0;
}

// Streams with work that is not done, each device's first one aside.
EXPORTED int64_t simulated_cuda_busy_streams(void) { return simple::simulated_cuda::StreamQueue::busy_others(); }

// How much was ever put on them.
EXPORTED int64_t simulated_cuda_stream_work(void) { return simple::simulated_cuda::StreamQueue::work_of_others(); }

// From now on each device gives so much more memory; as much as it holds, where the number is negative.
EXPORTED void simulated_cuda_limit_memory(int64_t more) { simple::simulated_cuda::limit_memory(more); }

// The devices' memory. An address that a tensor holds cannot be read or written by the host: it ends the process, as
// on most GPUs. The bytes lie elsewhere, a fixed distance away, for kernels and copies alone.
#pragma once

#include <c10/core/Allocator.h>
#include <c10/core/Stream.h>

#include <cstddef>
#include <cstdint>

namespace simple::simulated_cuda {

// On the calling thread's current device and stream; throws OutOfMemoryError. New memory holds poison.
c10::DataPtr allocate(size_t bytes);

// Where the bytes of a device address lie.
void* bytes_at(const void* address);

// Another stream works on the memory: it is given back only once that stream has done what lies on it by then.
void record_stream(const void* address, const c10::Stream& stream);

// What new and freed memory, and results that are still to come, are filled with: NaN as floats, -1 as integers.
constexpr unsigned char kPoison = 0xff;

// How much more each device gives from now on; a negative number: as much as it holds.
void limit_memory(int64_t more);

struct Figures {
    int64_t current = 0, peak = 0;
};
Figures figures(c10::DeviceIndex device);
void reset_peak(c10::DeviceIndex device);

}  // namespace simple::simulated_cuda

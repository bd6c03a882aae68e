// --device: a backend as a suite sees it when its tensors are to live on a CUDA device.
#pragma once

#include <cstdint>
#include <string>

#include "impl/abi/backend.h"

namespace simple {

// The N of "cuda:N", -1 for "cpu". Throws std::runtime_error for anything else.
int32_t device_number(const std::string& device);

// The same backend, except that every tensor that a function creates from nothing is moved to the device; what is
// computed from such tensors is there by itself, and read-back is the backend's own affair. One device a process.
Backend on_cuda(const Backend& backend, int32_t number);

// That device's number, -1 where tensors live on the CPU.
int32_t suite_device();

// How many CUDA devices the backend finds, as far as cases ask: 2 at most.
int32_t device_count(const Backend& backend);

}  // namespace simple

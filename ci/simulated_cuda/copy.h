// Copies between the host and devices, and what a kernel leaves on its stream.
#pragma once

#include <ATen/ATen.h>

namespace simple::simulated_cuda {

// Sets the elements of `to` to those of `values`, of the CPU, when the current stream of its device comes to it; what
// is there until then is poison.
void set_later(const at::Tensor& to, at::Tensor values);

}  // namespace simple::simulated_cuda

// A device tensor's bytes as a tensor of the CPU, for kernels and copies.
#pragma once

#include <ATen/ATen.h>

namespace simple::simulated_cuda {

// Its whole storage, which it does not own, with the tensor's sizes and strides; a tensor of the CPU is itself. Some
// kernels resize what they are given, so the storage can be.
at::Tensor alias_of(const at::Tensor& tensor);

// Whether the tensor still has the memory that it was made with.
bool is_alias_of(const at::Tensor& alias, const at::Tensor& tensor);

// The start of a storage's memory, null included.
void* storage_address(const at::Tensor& tensor);

}  // namespace simple::simulated_cuda

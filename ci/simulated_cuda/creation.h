// Device tensors without content.
#pragma once

#include <ATen/ATen.h>

namespace simple::simulated_cuda {

at::Tensor empty_strided_on(c10::Device device, c10::IntArrayRef sizes, c10::IntArrayRef strides,
                            c10::ScalarType dtype);
void resize_to(const at::Tensor& tensor, c10::IntArrayRef sizes);

}  // namespace simple::simulated_cuda

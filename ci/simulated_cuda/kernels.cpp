// Operators whose kernel of the CPU cannot be had in the usual way, or is not what a device has.
#include <ATen/ATen.h>
#include <torch/library.h>

#include "ci/simulated_cuda/fallback.h"

namespace simple::simulated_cuda {
namespace {

// MKL's square root of float32 is off by one in the last place at some numbers, and oneDNN's gelu overflows at large
// ones; CUDA has neither. In float64 they are right.
void in_float64(const c10::OperatorHandle& op, torch::jit::Stack* stack) {
    c10::IValue& first = (*stack)[stack->size() - op.schema().arguments().size()];
    const at::Tensor x = first.toTensor();
    if (x.scalar_type() != at::kFloat) return fallback(op, stack);
    first = x.to(at::kDouble);
    fallback(op, stack);
    stack->back() = stack->back().toTensor().to(at::kFloat);
}

}  // namespace
}  // namespace simple::simulated_cuda

TORCH_LIBRARY_IMPL(aten, CUDA, library) {
    using namespace simple::simulated_cuda;
    // LibTorch chooses their kernels by the device, and has of those for CUDA none that runs on the CPU.
    library.impl("convolution", torch::CppFunction::makeFromBoxedFunction<&fallback>());
    library.impl("_convolution", torch::CppFunction::makeFromBoxedFunction<&fallback>());
    library.impl("convolution_backward", torch::CppFunction::makeFromBoxedFunction<&fallback>());
    library.impl("sqrt", torch::CppFunction::makeFromBoxedFunction<&in_float64>());
    library.impl("gelu", torch::CppFunction::makeFromBoxedFunction<&in_float64>());
}

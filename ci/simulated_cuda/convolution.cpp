// Convolutions: LibTorch chooses their kernels by the device, and has of those for CUDA none that runs on the CPU.
#include <torch/library.h>

#include "ci/simulated_cuda/fallback.h"

TORCH_LIBRARY_IMPL(aten, CUDA, library) {
    using simple::simulated_cuda::fallback;
    library.impl("convolution", torch::CppFunction::makeFromBoxedFunction<&fallback>());
    library.impl("_convolution", torch::CppFunction::makeFromBoxedFunction<&fallback>());
    library.impl("convolution_backward", torch::CppFunction::makeFromBoxedFunction<&fallback>());
}

// Depthwise convolutions: LibTorch asks CUDA for kernels of their own, which the CPU has not.
#include <ATen/ATen.h>
#include <torch/library.h>

#include <array>
#include <tuple>

#include "ci/simulated_cuda/alias.h"
#include "ci/simulated_cuda/copy.h"
#include "ci/simulated_cuda/creation.h"
#include "ci/simulated_cuda/libtorch_version.h"
#include "ci/simulated_cuda/streams.h"

namespace simple::simulated_cuda {
namespace {

using at::Tensor;
using c10::IntArrayRef;

#if LIBTORCH_VERSION >= 200
using Sizes = c10::SymIntArrayRef;
IntArrayRef numbers(Sizes sizes) { return c10::asIntArrayRefUnchecked(sizes); }
#else
using Sizes = IntArrayRef;
IntArrayRef numbers(Sizes sizes) { return sizes; }
#endif

Tensor raised(const Tensor& result, c10::Device device) {
    if (!result.defined()) return result;
    Tensor made = empty_strided_on(device, result.sizes(), result.strides(), result.scalar_type());
    set_later(made, result);
    return made;
}

Tensor depthwise(const Tensor& input, const Tensor& weight, Sizes, const Optional<Tensor>& bias, Sizes stride,
                 Sizes padding, Sizes dilation) {
    const OnDevice on(input.device().index());
    StreamQueue::current(input.device().index()).synchronize();
    const Tensor biases = bias && bias->defined() ? alias_of(*bias) : Tensor();
    return raised(at::conv2d(alias_of(input), alias_of(weight), biases, numbers(stride), numbers(padding),
                             numbers(dilation), input.size(1)),
                  input.device());
}

std::tuple<Tensor, Tensor> depthwise_backward(const Tensor& gradient, const Tensor& input, const Tensor& weight, Sizes,
                                              Sizes stride, Sizes padding, Sizes dilation, std::array<bool, 2> mask) {
    const OnDevice on(input.device().index());
    StreamQueue::current(input.device().index()).synchronize();
    const auto [to_input, to_weight, to_bias] = at::convolution_backward(
        alias_of(gradient), alias_of(input), alias_of(weight), at::OptionalIntArrayRef(), numbers(stride),
        numbers(padding), numbers(dilation), false, std::vector<int64_t>{0, 0}, input.size(1),
        std::array<bool, 3>{mask[0], mask[1], false});
    return {raised(to_input, input.device()), raised(to_weight, input.device())};
}

}  // namespace
}  // namespace simple::simulated_cuda

TORCH_LIBRARY_IMPL(aten, CUDA, library) {
    using namespace simple::simulated_cuda;
    library.impl("_conv_depthwise2d", &depthwise);
    library.impl("_conv_depthwise2d_backward.output_mask", &depthwise_backward);
}

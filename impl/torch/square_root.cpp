#include "impl/torch/square_root.h"

#include <ATen/Parallel.h>
#include <c10/core/GradMode.h>

#include <cmath>
#include <cstdint>

#include "impl/torch/kernels.h"

namespace simple::torch_backend {
namespace {

constexpr int64_t kPart = 32768;  // at::internal::GRAIN_SIZE, what LibTorch gives a thread at least

template <typename Element>
void put_roots(const at::Tensor& from, const at::Tensor& to) {
    const auto* x = static_cast<const Element*>(from.data_ptr());
    auto* y = static_cast<Element*>(to.data_ptr());
    at::parallel_for(0, from.numel(), kPart, [x, y](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) y[i] = std::sqrt(x[i]);
    });
}

}  // namespace

// MKL, which PyTorch's wheels are built with, is a last bit away in 7 of 1000 elements on Intel's processors with
// AVX-512.
at::Tensor square_root(const at::Tensor& x) {
    const bool real = x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
    if (!at::hasMKL() || !x.device().is_cpu() || !real) return kernels::sqrt(x);
    const at::Tensor from = x.contiguous();
    // With a gradient, it is LibTorch's own graph, whose result is put right before anybody sees it.
    const bool with_graph = c10::GradMode::is_enabled() && from.requires_grad();
    const at::Tensor root = with_graph ? at::sqrt(from) : kernels::fresh(from.sizes(), from.scalar_type());
    if (x.scalar_type() == at::kFloat)
        put_roots<float>(from, root);
    else
        put_roots<double>(from, root);
    return root;
}

}  // namespace simple::torch_backend

// LibTorch's functions, called past its dispatcher where that would only look up what is known here: that the tensors
// are plain ones of the CPU, and that nobody asked to be put between. What runs is the kernel that the dispatcher would
// find, so that elements, strides and flags are the same; anything else goes to the dispatcher.
//
// They are for what runs below autograd (`computed`, `shared` and `number` of tensors.h): elsewhere each is LibTorch's
// own function and nothing more.
#pragma once

#include <ATen/ATen.h>
#include <ATen/CPUFunctions.h>
#include <ATen/CompositeExplicitAutogradFunctions.h>
#include <ATen/record_function.h>
#include <c10/core/impl/LocalDispatchKeySet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <type_traits>

#include "impl/errors/fast_tls.h"

namespace simple::torch_backend::kernels {

// What every tensor of the CPU has that is dense and neither a subclass's, nor a lazy conjugate or negative, nor made
// in inference mode.
inline constexpr c10::DispatchKeySet kPlain({c10::DispatchKey::CPU, c10::DispatchKey::AutogradCPU,
                                             c10::DispatchKey::ADInplaceOrView, c10::DispatchKey::AutocastCPU});

// An absent tensor takes no part in what the dispatcher decides.
inline bool is_plain(const at::Tensor& tensor) { return tensor.key_set() == kPlain || !tensor.defined(); }
inline bool is_plain(at::TensorList tensors) {
    return std::all_of(tensors.begin(), tensors.end(), [](const at::Tensor& tensor) { return is_plain(tensor); });
}
template <typename Other>
bool is_plain(const Other&) {
    static_assert(std::is_arithmetic_v<Other> || std::is_enum_v<Other> || std::is_convertible_v<Other, at::IntArrayRef>,
                  "is there a tensor in it?");
    return true;
}

// Whether the calling thread is below autograd, and that is all: no inference mode, autocast, functorch, tracer, Python
// mode.
SIMPLE_FAST_TLS extern __thread bool t_below_autograd_alone;

// at::AutoDispatchBelowADInplaceOrView, inlined: calls while it lives pass by autograd's layer of the dispatcher.
class BelowAutograd {
  public:
    BelowAutograd()
        : local_(c10::impl::raw_local_dispatch_key_set),
          before_(local_.excluded()),
          alone_before_(t_below_autograd_alone) {
        const c10::DispatchKeySet below = before_ | c10::autograd_dispatch_keyset_with_ADInplaceOrView;
        local_.set_excluded(below);
        t_below_autograd_alone =
            local_.included() == c10::default_included_set &&
            below == (c10::default_excluded_set | c10::autograd_dispatch_keyset_with_ADInplaceOrView);
    }
    ~BelowAutograd() {
        local_.set_excluded(before_);
        t_below_autograd_alone = alone_before_;
    }
    BelowAutograd(const BelowAutograd&) = delete;
    BelowAutograd& operator=(const BelowAutograd&) = delete;

  private:
    c10::impl::PODLocalDispatchKeySet& local_;
    const c10::DispatchKeySet before_;
    const bool alone_before_;
};

// Whether a profiler or another callback wants to be told of this call; the dispatcher asks the same.
inline bool observed() { return at::getStepCallbacksUnlessEmpty(at::RecordScope::FUNCTION).has_value(); }

// Whether the kernel may be called itself.
template <typename... Arguments>
bool direct(const Arguments&... arguments) {
    return __builtin_expect(t_below_autograd_alone && (is_plain(arguments) && ...) && !observed(), 1);
}

// at::name, whose kernel LibTorch declares in at::where.
#define SIMPLE_KERNEL(where, name)                                                            \
    template <typename... Arguments>                                                          \
    auto name(const Arguments&... arguments) {                                                \
        return direct(arguments...) ? at::where::name(arguments...) : at::name(arguments...); \
    }
// Those of tensors of any device that have no graph of their own.
#define SIMPLE_KERNEL_OF_ANY(name) SIMPLE_KERNEL(compositeexplicitautograd, name)

SIMPLE_KERNEL(cpu, add)
SIMPLE_KERNEL(cpu, sub)
SIMPLE_KERNEL(cpu, mul)
SIMPLE_KERNEL(cpu, div)
SIMPLE_KERNEL(cpu, pow)
SIMPLE_KERNEL(cpu, neg)
SIMPLE_KERNEL(cpu, sqrt)
SIMPLE_KERNEL(cpu, exp)
SIMPLE_KERNEL(cpu, log)
SIMPLE_KERNEL(cpu, sigmoid)
SIMPLE_KERNEL(cpu, tanh)
SIMPLE_KERNEL(cpu, leaky_relu)
SIMPLE_KERNEL(cpu, gelu)
SIMPLE_KERNEL(cpu, dot)
SIMPLE_KERNEL(cpu, linalg_inv_ex)
SIMPLE_KERNEL(cpu, linalg_eig)
SIMPLE_KERNEL(cpu, max)
SIMPLE_KERNEL(cpu, min)
SIMPLE_KERNEL(cpu, argmax)
SIMPLE_KERNEL(cpu, argmin)
SIMPLE_KERNEL(cpu, gather)
SIMPLE_KERNEL(cpu, avg_pool2d)
SIMPLE_KERNEL(cpu, native_batch_norm)
SIMPLE_KERNEL(cpu, native_layer_norm)
SIMPLE_KERNEL_OF_ANY(arange)
SIMPLE_KERNEL_OF_ANY(eye)
SIMPLE_KERNEL_OF_ANY(alias)
SIMPLE_KERNEL_OF_ANY(transpose)
SIMPLE_KERNEL_OF_ANY(t)
SIMPLE_KERNEL_OF_ANY(permute)
SIMPLE_KERNEL_OF_ANY(squeeze)
SIMPLE_KERNEL_OF_ANY(unsqueeze)
SIMPLE_KERNEL_OF_ANY(slice)
#undef SIMPLE_KERNEL_OF_ANY
#undef SIMPLE_KERNEL

// Those of several steps, each of which the dispatcher would look up.

// New tensors of the CPU that their maker writes.
inline at::Tensor room(at::IntArrayRef dims, at::ScalarType dtype) { return at::detail::empty_cpu(dims, dtype); }

inline at::Tensor fresh(at::IntArrayRef dims, at::ScalarType dtype) {
    return direct() ? room(dims, dtype) : at::empty(dims, dtype);
}

inline at::Tensor view(const at::Tensor& x, at::IntArrayRef dims) {
    return direct(x) ? at::cpu::view(x, dims) : x.view(dims);
}

inline at::Tensor reshape(const at::Tensor& x, at::IntArrayRef dims) {
    return x.is_contiguous() && direct(x) ? at::cpu::view(x, dims) : at::reshape(x, dims);
}

inline at::Tensor flatten(const at::Tensor& x) {
    return x.is_contiguous() && x.dim() != 1 && direct(x) ? at::cpu::view(x, {x.numel()}) : at::flatten(x);
}

inline at::Tensor abs(const at::Tensor& x) {
    if (!direct(x)) return at::abs(x);
    at::Tensor y = room(x.is_contiguous() ? x.sizes() : at::IntArrayRef({0}), x.scalar_type());
    at::cpu::abs_out(y, x);
    return y;
}

inline at::Tensor relu(const at::Tensor& x) { return direct(x) ? at::cpu::clamp_min(x, 0) : at::relu(x); }

inline at::Tensor softmax(const at::Tensor& x, int64_t dim) {
    return direct(x) ? at::cpu::_softmax(x, dim, false) : at::softmax(x, dim);
}
inline at::Tensor log_softmax(const at::Tensor& x, int64_t dim) {
    return direct(x) ? at::cpu::_log_softmax(x, dim, false) : at::log_softmax(x, dim);
}

inline at::Tensor matmul(const at::Tensor& a, const at::Tensor& b) {
    if (a.dim() == 2 && b.dim() == 2 && direct(a, b)) return at::cpu::mm(a, b);
    return at::matmul(a, b);
}

inline at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
    if (bias.defined() && x.dim() == 2 && weight.dim() == 2 && direct(x, weight, bias))
        return at::cpu::addmm(bias, x, at::compositeexplicitautograd::t(weight));
    return at::linear(x, weight, bias);
}

inline at::Tensor conv2d(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias, at::IntArrayRef stride,
                         at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups) {
    if (x.dim() != 4 || !direct(x, weight, bias)) return at::conv2d(x, weight, bias, stride, padding, dilation, groups);
    constexpr std::array<int64_t, 2> kNone{0, 0};
    return at::compositeexplicitautograd::convolution(x, weight, bias, stride, padding, dilation, /*transposed=*/false,
                                                      /*output_padding=*/kNone, groups);
}

inline at::Tensor max_pool2d(const at::Tensor& x, at::IntArrayRef kernel, at::IntArrayRef stride,
                             at::IntArrayRef padding) {
    if (!direct(x)) return at::max_pool2d(x, kernel, stride, padding);
    return std::get<0>(at::cpu::max_pool2d_with_indices(x, kernel, stride, padding));
}

inline at::Tensor det(const at::Tensor& x) { return direct(x) ? std::get<0>(at::cpu::_linalg_det(x)) : at::det(x); }

inline std::tuple<at::Tensor, at::Tensor, at::Tensor> linalg_svd(const at::Tensor& x) {
    return direct(x) ? at::cpu::_linalg_svd(x, /*full_matrices=*/false) : at::linalg_svd(x, false);
}

inline at::Tensor to(const at::Tensor& x, at::ScalarType dtype) {
    if (x.scalar_type() == dtype) return x;
    return direct(x) ? at::compositeexplicitautograd::_to_copy(x, dtype) : x.to(dtype);
}

// The one element of a tensor.
inline double number(const at::Tensor& x) {
    if (is_plain(x)) {
        const void* element = x.data_ptr();
        if (x.scalar_type() == at::kFloat) return static_cast<double>(*static_cast<const float*>(element));
        if (x.scalar_type() == at::kDouble) return *static_cast<const double*>(element);
    }
    return x.item().toDouble();
}

// A number as LibTorch would convert it for x, a 0-d tensor of x's dtype; LibTorch makes a tensor of float64 first.
inline bool holds(const at::Tensor& x, double number) {
    if (x.scalar_type() == at::kDouble) return true;
    return x.scalar_type() == at::kFloat &&
           (!std::isfinite(number) || std::abs(number) <= std::numeric_limits<float>::max());
}
inline at::Tensor beside(const at::Tensor& x, double number) {
    at::Tensor y = room({}, x.scalar_type());
    if (x.scalar_type() == at::kFloat)
        *static_cast<float*>(y.data_ptr()) = static_cast<float>(number);
    else
        *static_cast<double*>(y.data_ptr()) = number;
    return y;
}
inline at::Tensor add(const at::Tensor& x, double number) {
    return holds(x, number) && direct(x) ? at::cpu::add(x, beside(x, number)) : at::add(x, number);
}
inline at::Tensor mul(const at::Tensor& x, double number) {
    return holds(x, number) && direct(x) ? at::cpu::mul(x, beside(x, number)) : at::mul(x, number);
}

// The sum of all elements, or along dim.
inline at::Tensor sum(const at::Tensor& x) {
    return direct(x) ? at::cpu::sum(x, at::IntArrayRef(), false) : at::sum(x);
}
inline at::Tensor sum(const at::Tensor& x, int64_t dim, bool keepdim) {
    const at::IntArrayRef dims(&dim, 1);
    return direct(x) ? at::cpu::sum(x, dims, keepdim) : at::sum(x, dims, keepdim);
}

// Divides a new tensor's elements in place. LibTorch makes a tensor of the divisor, and converts that.
template <typename Element>
void divide(const at::Tensor& x, double by) {
    const auto divisor = static_cast<Element>(by);
    auto* elements = static_cast<Element*>(x.data_ptr());
    for (int64_t i = 0; i < x.numel(); ++i) elements[i] /= divisor;
}
inline at::Tensor divided(at::Tensor x, double by) {
    constexpr int64_t kFew = 1024;
    if (x.numel() > kFew || !x.is_contiguous())
        at::cpu::div_(x, beside(x, by));
    else if (x.scalar_type() == at::kFloat)
        divide<float>(x, by);
    else
        divide<double>(x, by);
    return x;
}

// LibTorch's mean is its sum, divided.
inline bool is_of_floats(const at::Tensor& x) {
    return x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble;
}
inline at::Tensor mean(const at::Tensor& x) {
    if (!is_of_floats(x) || !direct(x)) return at::mean(x);
    return divided(at::cpu::sum(x, at::IntArrayRef(), false), static_cast<double>(x.numel()));
}
inline at::Tensor mean(const at::Tensor& x, int64_t dim, bool keepdim) {
    const at::IntArrayRef dims(&dim, 1);
    if (!is_of_floats(x) || !direct(x)) return at::mean(x, dims, keepdim);
    const int64_t count = x.dim() == 0 ? 1 : x.size(dim);
    return divided(at::cpu::sum(x, dims, keepdim), static_cast<double>(count));
}

// Losses: the mean over elements, or over those whose class is not ignored.
inline at::Tensor mse_loss(const at::Tensor& x, const at::Tensor& y) {
    return direct(x, y) ? kernels::mean(at::cpu::mse_loss(x, y, at::Reduction::None)) : at::mse_loss(x, y);
}
inline at::Tensor binary_cross_entropy(const at::Tensor& x, const at::Tensor& y) {
    if (!direct(x, y)) return at::binary_cross_entropy(x, y);
    return kernels::mean(at::cpu::binary_cross_entropy(x, y, {}, at::Reduction::None));
}
inline at::Tensor nll_loss(const at::Tensor& x, const at::Tensor& classes) {
    if (x.dim() > 2 || !direct(x, classes)) return at::nll_loss_nd(x, classes);
    constexpr int64_t kIgnored = -100;  // PyTorch's ignore_index
    return std::get<0>(at::cpu::nll_loss_forward(x, classes, {}, at::Reduction::Mean, kIgnored));
}
inline at::Tensor cross_entropy(const at::Tensor& x, const at::Tensor& classes) {
    if (x.dim() > 2 || !direct(x, classes)) return at::cross_entropy_loss(x, classes);
    return kernels::nll_loss(kernels::log_softmax(x, x.dim() - 1), classes);
}

// New tensors of float32.
template <typename Write, typename Make>
at::Tensor written(at::IntArrayRef dims, const Write& write, const Make& make) {
    if (!direct()) return make();
    at::Tensor x = room(dims, at::kFloat);
    write(x);
    return x;
}
inline at::Tensor zeros(at::IntArrayRef dims) {
    return written(
        dims, [](at::Tensor& x) { at::cpu::zero_(x); }, [&] { return at::zeros(dims, at::kFloat); });
}
inline at::Tensor full(at::IntArrayRef dims, double value) {
    constexpr int64_t kFew = 1024;
    const auto fill = [value](at::Tensor& x) {
        if (x.numel() > kFew)
            at::cpu::fill_(x, value);
        else
            std::fill_n(static_cast<float*>(x.data_ptr()), x.numel(), static_cast<float>(value));
    };
    return written(dims, fill, [&] { return at::full(dims, value, at::kFloat); });
}
inline at::Tensor ones(at::IntArrayRef dims) { return kernels::full(dims, 1); }
inline at::Tensor linspace(double start, double end, int64_t steps) {
    return written(
        {steps}, [&](at::Tensor& x) { at::cpu::linspace_out(x, start, end, steps); },
        [&] { return at::linspace(start, end, steps, at::kFloat); });
}
inline at::Tensor rand(at::IntArrayRef dims) {
    return written(
        dims, [](at::Tensor& x) { at::cpu::uniform_(x, 0, 1); }, [&] { return at::rand(dims, at::kFloat); });
}
inline at::Tensor randn(at::IntArrayRef dims) {
    return written(
        dims, [](at::Tensor& x) { at::cpu::normal_(x, 0, 1); }, [&] { return at::randn(dims, at::kFloat); });
}

// Zeros in place, outside of any graph: a new version of what graphs have saved. False where that is for the
// dispatcher.
inline bool zeroed(at::Tensor& x) {
    const BelowAutograd below;
    if (!direct(x)) return false;
    at::cpu::zero_(x);
    x.unsafeGetTensorImpl()->bump_version();
    return true;
}

// In training.
inline at::Tensor dropout(const at::Tensor& x, double p) {
    const bool is_drawn = p > 0 && p < 1 && x.is_contiguous() && is_of_floats(x);
    if (!is_drawn || !direct(x)) return at::dropout(x, p, true);
    at::Tensor kept = room(x.sizes(), x.scalar_type());
    at::cpu::bernoulli_(kept, 1 - p);
    return at::cpu::mul(x, divided(std::move(kept), 1 - p));
}

}  // namespace simple::torch_backend::kernels

#include "impl/abi/rt_torch.h"
#include "impl/torch/lossless.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"
#include "impl/torch/thread_end.h"

namespace simple::torch_backend {
namespace {

// oneDNN, which LibTorch takes for float32 alone, adds these up in int32 and has no primitive where the sum is none.
bool may_exceed_onednn(const rules::Conv2d& how) {
    constexpr int kBits = 29;  // it takes strides up to 2^31 - 2 and paddings below 2^30
    return ((how.stride[0] | how.stride[1] | how.padding[0] | how.padding[1] | how.dilation[0] | how.dilation[1]) >>
            kBits) != 0;
}

// Whether at least one window surely fits along each side of the images, which are not empty, and no number is large.
bool windows_fit(const at::Tensor& x, at::IntArrayRef kernel, const rules::Pair& padding, const rules::Pair& dilation) {
    constexpr int64_t kLarge = 1024;
    if (x.dim() != 4 || x.numel() == 0 || !is_small(x.numel())) return false;
    for (size_t i = 0; i < 2; ++i) {
        if (kernel[i] > kLarge || padding[i] > kLarge || dilation[i] > kLarge) return false;
        if (dilation[i] * (kernel[i] - 1) + 1 > x.sizes()[2 + i] + 2 * padding[i]) return false;
    }
    return true;
}

// Whether the rule surely takes a convolution, of one group.
bool is_usual(const at::Tensor& x, const at::Tensor& w, const at::Tensor& bias, const rules::Conv2d& how) {
    if (!x.is_floating_point() || w.dim() != 4 || w.numel() == 0 || !is_small(w.numel())) return false;
    if (how.groups != 1 || !windows_fit(x, w.sizes().slice(2), how.padding, how.dilation)) return false;
    constexpr int64_t kMostPlaces = int64_t{1} << 40;  // of an image under a kernel, each of which may be an element
    int64_t places = x.sizes()[0] * w.sizes()[0];
    for (size_t i = 0; i < 2; ++i) places *= x.sizes()[2 + i] + 2 * how.padding[i];
    if (places > kMostPlaces) return false;
    return w.sizes()[1] == x.sizes()[1] && (!bias.defined() || (bias.dim() == 1 && bias.sizes()[0] == w.sizes()[0]));
}

template <typename Op>
int64_t pool(Fn fn, int64_t input, const SplArray* kernel_size, const SplArray* stride, const SplArray* padding,
             Op op) {
    return call(fn, [&] {
        const PinnedTensor x = pinned(input, "input");
        const rules::Pool2d how = rules::pool2d_parameters(few_i64s(kernel_size, "kernel_size"),
                                                           few_i64s(stride, "stride"), few_i64s(padding, "padding"));
        const bool fits = x->is_floating_point() && windows_fit(*x, ref(how.kernel), how.padding, {1, 1});
        judge_unless(fits, rules::pool2d, *x, how);
        return row_major(computed([&](const at::Tensor& y) { return op(y, how); }, *x));
    });
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

// Judged before the call: some LibTorch does not survive what the contract refuses.
RT_TORCH_API int64_t rt_torch_nn_conv2d(int64_t input, int64_t weight, int64_t bias, const SplArray* stride,
                                        const SplArray* padding, const SplArray* dilation, int64_t groups) {
    return call(Fn::conv2d, [&] {
        const PinnedTensor x = pinned(input, "input");
        const PinnedTensor w = pinned(weight, "weight");
        const PinnedTensor b = pinned_or_none(bias, "bias");
        check_one_device(*x, *w);
        if (b) check_one_device(*x, *b);
        const rules::Dims strides = few_i64s(stride, "stride");
        const rules::Dims paddings = few_i64s(padding, "padding");
        const rules::Dims dilations = few_i64s(dilation, "dilation");
        const rules::Conv2d how = rules::conv2d_parameters(strides, paddings, dilations, groups);
        judge_unless(is_usual(*x, *w, tensor_of(b), how), [&] {
            const rules::Meta bias_meta = b ? meta(*b) : rules::Meta();
            rules::conv2d(meta(*x), meta(*w), b ? &bias_meta : nullptr, how);
        });

        at::ScalarType dtype = promoted(x->scalar_type(), w->scalar_type());
        if (b) dtype = promoted(dtype, b->scalar_type());
        const auto convolved = [&](const at::Tensor& images, const at::Tensor& weights, const at::Tensor& biases) {
            // LibTorch 1.13 takes a view of the weight where there is no image.
            at::Tensor copy;
            const at::Tensor& plain = images.numel() == 0 ? copy = weights.contiguous() : weights;
            const at::Tensor none;
            const auto in = [&](at::ScalarType type) {
                return kernels::conv2d(as_type(images, type), as_type(plain, type), b ? as_type(biases, type) : none,
                                       ref(how.stride), ref(how.padding), ref(how.dilation), how.groups);
            };
            return __builtin_expect(may_exceed_onednn(how), 0) ? in(at::kDouble).to(dtype) : in(dtype);
        };
        demand_locals();
        demand(Part::convolution);
        return row_major(computed(convolved, *x, *w, b ? *b : *x));
    });
}

RT_TORCH_API int64_t rt_torch_nn_max_pool2d(int64_t input, const SplArray* kernel_size, const SplArray* stride,
                                            const SplArray* padding) {
    return pool(Fn::max_pool2d, input, kernel_size, stride, padding, [](const at::Tensor& x, const rules::Pool2d& how) {
        return kernels::max_pool2d(x, ref(how.kernel), ref(how.stride), ref(how.padding));
    });
}

RT_TORCH_API int64_t rt_torch_nn_avg_pool2d(int64_t input, const SplArray* kernel_size, const SplArray* stride,
                                            const SplArray* padding) {
    return pool(Fn::avg_pool2d, input, kernel_size, stride, padding, [](const at::Tensor& x, const rules::Pool2d& how) {
        // LibTorch adds a window up one by one in the tensor's dtype.
        constexpr int64_t kMany = 4096;
        const bool wide = x.scalar_type() == at::kFloat && how.kernel[0] * how.kernel[1] > kMany;
        const auto means = [&](const at::Tensor& y) {
            return kernels::avg_pool2d(y, ref(how.kernel), ref(how.stride), ref(how.padding));
        };
        if (__builtin_expect(wide, 0)) return means(x.to(at::kDouble)).to(at::kFloat);
        return lossless_sums(x, how.kernel[0] * how.kernel[1], means);
    });
}

// Layers.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

int64_t pooled(Fn fn, int64_t input, const SplArray* kernel_size, const SplArray* stride, const SplArray* padding) {
    return made_of(fn, input, [&](const Tensor& x) {
        const std::vector<int64_t> kernel = spl::read_i64s(kernel_size, "kernel_size"),
                                   steps = spl::read_i64s(stride, "stride"),
                                   border = spl::read_i64s(padding, "padding");
        return computed(fn, {&x}, {{}, {}, {&kernel, &steps, &border}},
                        rules::pool2d(x.meta, rules::pool2d_parameters(kernel, steps, border)));
    });
}

}  // namespace

int64_t rt_torch_nn_conv2d(int64_t input, int64_t weight, int64_t bias, const SplArray* stride, const SplArray* padding,
                           const SplArray* dilation, int64_t groups) {
    return tensor_call(Fn::conv2d, [&] {
        const Pinned x = tensor(Fn::conv2d, input), w = tensor(Fn::conv2d, weight, 1);
        const Optional b(Fn::conv2d, bias, 2);
        const std::vector<int64_t> steps = spl::read_i64s(stride, "stride"),
                                   border = spl::read_i64s(padding, "padding"),
                                   gaps = spl::read_i64s(dilation, "dilation");
        const rules::Conv2d how = rules::conv2d_parameters(steps, border, gaps, groups);
        return computed(Fn::conv2d, {&*x, &*w, b.get()}, {{groups}, {}, {&steps, &border, &gaps}},
                        rules::conv2d(x->meta, w->meta, b.meta(), how));
    });
}

int64_t rt_torch_nn_max_pool2d(int64_t input, const SplArray* kernel_size, const SplArray* stride,
                               const SplArray* padding) {
    return pooled(Fn::max_pool2d, input, kernel_size, stride, padding);
}
int64_t rt_torch_nn_avg_pool2d(int64_t input, const SplArray* kernel_size, const SplArray* stride,
                               const SplArray* padding) {
    return pooled(Fn::avg_pool2d, input, kernel_size, stride, padding);
}

int64_t rt_torch_nn_batch_norm(int64_t input, int64_t running_mean, int64_t running_var, int64_t weight, int64_t bias,
                               bool training, double momentum, double eps) {
    return tensor_call(Fn::batch_norm, [&] {
        const Pinned x = tensor(Fn::batch_norm, input);
        const Optional mean(Fn::batch_norm, running_mean, 1), variance(Fn::batch_norm, running_var, 2),
            w(Fn::batch_norm, weight, 3), b(Fn::batch_norm, bias, 4);
        const bool running_requires_grad =
            (mean.pin && mean.pin->requires_grad) || (variance.pin && variance.pin->requires_grad);
        Meta meta = rules::batch_norm(
            x->meta, {mean.meta(), variance.meta(), w.meta(), b.meta(), training, running_requires_grad});
        return computed(Fn::batch_norm, {&*x, mean.get(), variance.get(), w.get(), b.get()},
                        {{training}, {momentum, eps}, {}}, std::move(meta));
    });
}

int64_t rt_torch_nn_layer_norm(int64_t input, const SplArray* normalized_shape, int64_t weight, int64_t bias,
                               double eps) {
    return tensor_call(Fn::layer_norm, [&] {
        const Pinned x = tensor(Fn::layer_norm, input);
        const Optional w(Fn::layer_norm, weight, 1), b(Fn::layer_norm, bias, 2);
        const std::vector<int64_t> shape = spl::read_i64s(normalized_shape, "normalized_shape");
        return computed(Fn::layer_norm, {&*x, w.get(), b.get()}, {{}, {eps}, {&shape}},
                        rules::layer_norm(x->meta, shape, w.meta(), b.meta()));
    });
}

int64_t rt_torch_nn_linear(int64_t input, int64_t weight, int64_t bias) {
    return tensor_call(Fn::linear, [&] {
        const Pinned x = tensor(Fn::linear, input), w = tensor(Fn::linear, weight, 1);
        const Optional b(Fn::linear, bias, 2);
        return computed(Fn::linear, {&*x, &*w, b.get()}, {}, rules::linear(x->meta, w->meta, b.meta()));
    });
}

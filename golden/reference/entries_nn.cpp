// Entry points: layers.
#include "golden/reference/boundary.h"

using namespace simple;
using namespace simple::reference;

namespace {

int64_t pooled(Fn fn, int64_t input, const SplArray* kernel_size, const SplArray* stride, const SplArray* padding) {
    return guarded_tensor(fn, [&] {
        const Pinned x = tensor(input, "input");
        const Sizes kernel = spl::read_i64s(kernel_size, "kernel_size");
        const Sizes steps = spl::read_i64s(stride, "stride"), border = spl::read_i64s(padding, "padding");
        const Meta meta = rules::pool2d(x->meta, rules::pool2d_parameters(kernel, steps, border));
        return compute(fn, {&*x}, {{}, {}, {kernel, steps, border}}, {meta})[0];
    });
}

void move(Tensor& statistic, const Values& to) {
    write(stored(statistic), statistic.meta.sizes.vector(), statistic.meta.strides.vector(), statistic.meta.offset, to);
}

}  // namespace

int64_t rt_torch_nn_conv2d(int64_t input, int64_t weight, int64_t bias, const SplArray* stride, const SplArray* padding,
                           const SplArray* dilation, int64_t groups) {
    return guarded_tensor(Fn::conv2d, [&] {
        const Pinned x = tensor(input, "input"), w = tensor(weight, "weight");
        const Optional b(bias, "bias");
        const Sizes steps = spl::read_i64s(stride, "stride"), border = spl::read_i64s(padding, "padding"),
                    gaps = spl::read_i64s(dilation, "dilation");
        const Meta meta =
            rules::conv2d(x->meta, w->meta, b.meta(), rules::conv2d_parameters(steps, border, gaps, groups));
        return compute(Fn::conv2d, {&*x, &*w, b.get()}, {{groups}, {}, {steps, border, gaps}}, {meta})[0];
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
    return guarded_tensor(Fn::batch_norm, [&] {
        const Pinned x = tensor(input, "input");
        const Optional mean(running_mean, "running_mean"), variance(running_var, "running_var"), w(weight, "weight"),
            b(bias, "bias");
        const bool running_requires_grad =
            (mean.pin && mean.pin->requires_grad) || (variance.pin && variance.pin->requires_grad);
        const Meta meta = rules::batch_norm(
            x->meta, {mean.meta(), variance.meta(), w.meta(), b.meta(), training, running_requires_grad});
        std::vector<Values> moved;
        Tensor result = compute(Fn::batch_norm, {&*x, mean.get(), variance.get(), w.get(), b.get()},
                                {{training}, {momentum, eps}, {}}, {meta}, &moved)[0];
        if (!moved.empty()) {
            move(*mean.pin, moved[0]);
            move(*variance.pin, moved[1]);
        }
        return result;
    });
}

int64_t rt_torch_nn_layer_norm(int64_t input, const SplArray* normalized_shape, int64_t weight, int64_t bias,
                               double eps) {
    return guarded_tensor(Fn::layer_norm, [&] {
        const Pinned x = tensor(input, "input");
        const Optional w(weight, "weight"), b(bias, "bias");
        const Sizes shape = spl::read_i64s(normalized_shape, "normalized_shape");
        const Meta meta = rules::layer_norm(x->meta, shape, w.meta(), b.meta());
        return compute(Fn::layer_norm, {&*x, w.get(), b.get()}, {{}, {eps}, {shape}}, {meta})[0];
    });
}

int64_t rt_torch_nn_dropout(int64_t input, double p, bool training) {
    return guarded_tensor(Fn::dropout, [&] {
        const Pinned x = tensor(input, "input");
        const Meta meta = rules::dropout(x->meta, p, training);
        if (rules::dropout_is_identity(x->meta, p, training)) return view(*x, meta);
        return compute(Fn::dropout, {&*x}, {{training}, {p}, {}}, {meta})[0];
    });
}

int64_t rt_torch_nn_linear(int64_t input, int64_t weight, int64_t bias) {
    return guarded_tensor(Fn::linear, [&] {
        const Pinned x = tensor(input, "input"), w = tensor(weight, "weight");
        const Optional b(bias, "bias");
        return compute(Fn::linear, {&*x, &*w, b.get()}, {}, {rules::linear(x->meta, w->meta, b.meta())})[0];
    });
}

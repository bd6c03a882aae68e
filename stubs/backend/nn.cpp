// Layers.
#include "stubs/backend/boundary.h"

using namespace simple;
using namespace simple::stub;

namespace {

int64_t pooled(Fn fn, int64_t input, const SplArray* kernel_size, const SplArray* stride, const SplArray* padding) {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(input, "input");
        const rules::Pool2d how =
            rules::pool2d_parameters(spl::read_i64s(kernel_size, "kernel_size"), spl::read_i64s(stride, "stride"),
                                     spl::read_i64s(padding, "padding"));
        return computed(rules::pool2d(x->meta, how), {&*x});
    });
}

}  // namespace

int64_t rt_torch_nn_conv2d(int64_t input, int64_t weight, int64_t bias, const SplArray* stride, const SplArray* padding,
                           const SplArray* dilation, int64_t groups) {
    return tensor_call(Fn::conv2d, [&] {
        const Pinned x = tensor(input, "input"), w = tensor(weight, "weight");
        const Optional b(bias, "bias");
        const rules::Conv2d how =
            rules::conv2d_parameters(spl::read_i64s(stride, "stride"), spl::read_i64s(padding, "padding"),
                                     spl::read_i64s(dilation, "dilation"), groups);
        return computed(rules::conv2d(x->meta, w->meta, b.meta(), how), {&*x, &*w, b.get()});
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
                               bool training, double /*momentum*/, double /*eps*/) {
    return tensor_call(Fn::batch_norm, [&] {
        const Pinned x = tensor(input, "input");
        const Optional mean(running_mean, "running_mean"), var(running_var, "running_var"), w(weight, "weight"),
            b(bias, "bias");
        rules::BatchNormArguments arguments{};
        arguments.running_mean = mean.meta();
        arguments.running_var = var.meta();
        arguments.weight = w.meta();
        arguments.bias = b.meta();
        arguments.training = training;
        for (const Optional* statistic : {&mean, &var})
            arguments.running_requires_grad |= statistic->get() && statistic->get()->requires_grad;
        return computed(rules::batch_norm(x->meta, arguments), {&*x, w.get(), b.get()});
    });
}

int64_t rt_torch_nn_layer_norm(int64_t input, const SplArray* normalized_shape, int64_t weight, int64_t bias,
                               double /*eps*/) {
    return tensor_call(Fn::layer_norm, [&] {
        const Pinned x = tensor(input, "input");
        const Optional w(weight, "weight"), b(bias, "bias");
        const rules::Dims shape = spl::read_i64s(normalized_shape, "normalized_shape");
        return computed(rules::layer_norm(x->meta, shape, w.meta(), b.meta()), {&*x, w.get(), b.get()});
    });
}

int64_t rt_torch_nn_dropout(int64_t input, double p, bool training) {
    return tensor_call(Fn::dropout, [&] {
        const Pinned x = tensor(input, "input");
        return computed(rules::dropout(x->meta, p, training), {&*x}, !rules::dropout_is_identity(x->meta, p, training));
    });
}

int64_t rt_torch_nn_linear(int64_t input, int64_t weight, int64_t bias) {
    return tensor_call(Fn::linear, [&] {
        const Pinned x = tensor(input, "input"), w = tensor(weight, "weight");
        const Optional b(bias, "bias");
        // LibTorch saves input and weight each for the other's gradient; the bias's needs neither.
        const bool saves = x->requires_grad || w->requires_grad;
        return computed(rules::linear(x->meta, w->meta, b.meta()), {&*x, &*w, b.get()}, saves);
    });
}

int64_t rt_torch_nn_embedding(int64_t input, int64_t weight) {
    return tensor_call(Fn::embedding, [&] {
        const Pinned x = tensor(input, "input"), w = tensor(weight, "weight");
        return computed(rules::embedding(x->meta, w->meta), {&*w});
    });
}

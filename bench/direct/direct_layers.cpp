// Layers and losses, called directly.
#include "bench/direct/direct_call.h"

namespace simple::direct {

namespace {

std::vector<int64_t> or_default(std::vector<int64_t> pair, int64_t usual) {
    if (pair.empty()) return {usual, usual};
    return pair;
}

// Copies of running statistics in the call's dtype, written back in theirs (V1). Input, weight and bias, and the
// result's gradient, are made contiguous: the gradient takes elements for others where input or result's gradient alone
// is channels last (findings/batch-norm-layout.sh); LibTorch 1.13's reads strided parameters wrongly, too, and its
// forward pass rounds otherwise for them. One value a channel has no unbiased variance, and LibTorch's would be NaN:
// the running one stays.
DirectCall direct_batch_norm(const Given& g) {
    std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(3), g.tensor(4)});
    for (at::Tensor& each : xwb)
        if (each.defined()) each = each.contiguous();
    const at::Tensor mean = g.tensor(1), var = g.tensor(2);
    const bool training = g.flag(5);
    return made_by([=, x = xwb[0], weight = xwb[1], bias = xwb[2], momentum = g.number(6), eps = g.number(7)] {
        const auto copied = [&](const at::Tensor& statistic) {
            return statistic.defined() ? statistic.to(x.scalar_type()).clone(at::MemoryFormat::Contiguous) : statistic;
        };
        const at::Tensor new_mean = copied(mean), new_var = copied(var);
        const at::Tensor result =
            at::batch_norm(x, weight, bias, new_mean, new_var, training, momentum, eps, /*cudnn_enabled=*/false);
        if (training && mean.defined()) {
            mean.copy_(new_mean);
            if (x.numel() > x.size(1)) var.copy_(new_var);
        }
        if (result.requires_grad())
            result.register_hook([](const at::Tensor& gradient) -> at::Tensor { return gradient.contiguous(); });
        return result;
    });
}

// Of an f64 result the number, of the *_tensor forms the tensor.
template <typename Loss>
DirectCall as_result(Fn fn, Loss loss) {
    if (function(fn).result == Type::f64) return made_by([loss] { return loss().item().toDouble(); });
    return made_by(loss);
}

DirectCall direct_loss(Fn fn, const Given& g) {
    const at::Tensor input = g.tensor(0), target = g.tensor(1);
    const std::vector<at::Tensor> both = promoted({input, target});
    const at::Tensor &x = both[0], &y = both[1];
    switch (fn) {
        case Fn::mse_loss:
        case Fn::mse_loss_tensor:
            // Spread out first where their shapes differ: LibTorch warns then.
            if (x.sizes() == y.sizes()) return as_result(fn, [x, y] { return at::mse_loss(x, y); });
            return as_result(fn, [x, y] {
                const std::vector<at::Tensor> wide = at::broadcast_tensors({x, y});
                return at::mse_loss(wide[0], wide[1]);
            });
        case Fn::binary_cross_entropy:
        case Fn::binary_cross_entropy_tensor: return as_result(fn, [x, y] { return at::binary_cross_entropy(x, y); });
        case Fn::nll_loss:
        case Fn::nll_loss_tensor:
            // Of a strided input of over 2 dims LibTorch 1.13 has no gradient.
            return as_result(
                fn, [input, classes = as_index(target)] { return at::nll_loss_nd(input.contiguous(), classes); });
        default:
            if (target.is_floating_point() && target.sizes() == input.sizes())
                return as_result(fn, [x, y] { return at::cross_entropy_loss(x, y); });
            return as_result(fn,
                             [input, classes = as_index(target)] { return at::cross_entropy_loss(input, classes); });
    }
}

}  // namespace

DirectCall direct_layer(Fn fn, const Given& g) {
    switch (fn) {
        case Fn::conv2d: {
            const std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(1), g.tensor(2)});
            return made_by([x = xwb[0], w = xwb[1], b = xwb[2], stride = or_default(g.ints(3), 1),
                            padding = or_default(g.ints(4), 0), dilation = or_default(g.ints(5), 1),
                            groups = g.integer(6)] { return at::conv2d(x, w, b, stride, padding, dilation, groups); });
        }
        case Fn::max_pool2d:
            return made_by([x = g.tensor(0), kernel = g.ints(1), stride = g.ints(2),
                            padding = or_default(g.ints(3), 0)] { return at::max_pool2d(x, kernel, stride, padding); });
        case Fn::avg_pool2d:
            return made_by([x = g.tensor(0), kernel = g.ints(1), stride = g.ints(2),
                            padding = or_default(g.ints(3), 0)] { return at::avg_pool2d(x, kernel, stride, padding); });
        case Fn::batch_norm: return direct_batch_norm(g);
        case Fn::layer_norm: {
            const std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(2), g.tensor(3)});
            return made_by([x = xwb[0], w = xwb[1], b = xwb[2], shape = g.ints(1), eps = g.number(4)] {
                return at::layer_norm(x, shape, w, b, eps, /*cudnn_enable=*/false);
            });
        }
        case Fn::dropout:
            if (g.flag(2) && g.number(1) > 0)
                return made_by([x = g.tensor(0), p = g.number(1)] { return apart(x, at::dropout(x, p, true)); });
            return made_by([x = g.tensor(0)] { return at::alias(x); });
        case Fn::linear: {
            const std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(1), g.tensor(2)});
            return made_by([x = xwb[0], w = xwb[1], b = xwb[2]] { return at::linear(x, w, b); });
        }
        case Fn::embedding:
            return made_by(
                [weight = g.tensor(1), indices = as_index(g.tensor(0))] { return at::embedding(weight, indices); });
        default: return direct_loss(fn, g);
    }
}

}  // namespace simple::direct

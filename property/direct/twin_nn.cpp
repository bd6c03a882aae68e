// Layers and losses, called directly.
#include "property/direct/twin.h"

namespace simple::direct {

namespace {

std::vector<int64_t> or_default(std::vector<int64_t> pair, int64_t usual) {
    if (pair.empty()) return {usual, usual};
    return pair;
}

// Copies of running statistics in the call's dtype, written back in theirs (V1). Weight and bias are made contiguous:
// the gradient of LibTorch 1.13 reads strided ones wrongly, and its forward pass rounds otherwise for them.
at::Tensor batch_norm(const Given& g) {
    std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(3), g.tensor(4)});
    for (at::Tensor* parameter : {&xwb[1], &xwb[2]})
        if (parameter->defined()) *parameter = parameter->contiguous();
    at::Tensor mean = g.tensor(1), var = g.tensor(2);
    const auto copied = [&](const at::Tensor& statistic) {
        return statistic.defined() ? statistic.to(xwb[0].scalar_type()).clone(at::MemoryFormat::Contiguous) : statistic;
    };
    const at::Tensor new_mean = copied(mean), new_var = copied(var);
    const bool training = g.flag(5);
    const at::Tensor result = at::batch_norm(xwb[0], xwb[1], xwb[2], new_mean, new_var, training, g.number(6),
                                             g.number(7), /*cudnn_enabled=*/false);
    if (training && mean.defined()) {
        mean.copy_(new_mean);
        var.copy_(new_var);
    }
    return result;
}

at::Tensor loss(Fn fn, const Given& g) {
    const at::Tensor input = g.tensor(0), target = g.tensor(1);
    const std::vector<at::Tensor> both = promoted({input, target});
    switch (fn) {
        case Fn::mse_loss:
        case Fn::mse_loss_tensor: {
            const std::vector<at::Tensor> wide = at::broadcast_tensors(both);
            return at::mse_loss(wide[0], wide[1]);
        }
        case Fn::binary_cross_entropy:
        case Fn::binary_cross_entropy_tensor: return at::binary_cross_entropy(both[0], both[1]);
        case Fn::nll_loss:
        case Fn::nll_loss_tensor:
            // Of a strided input of over 2 dims LibTorch 1.13 has no gradient.
            return at::nll_loss_nd(input.contiguous(), as_index(target));
        default:
            if (target.is_floating_point() && target.sizes() == input.sizes())
                return at::cross_entropy_loss(both[0], both[1]);
            return at::cross_entropy_loss(input, as_index(target));
    }
}

}  // namespace

Result run_nn(Fn fn, const Given& g) {
    switch (fn) {
        case Fn::conv2d: {
            const std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(1), g.tensor(2)});
            return one(at::conv2d(xwb[0], xwb[1], xwb[2], or_default(g.ints(3), 1), or_default(g.ints(4), 0),
                                  or_default(g.ints(5), 1), g.integer(6)));
        }
        case Fn::max_pool2d: return one(at::max_pool2d(g.tensor(0), g.ints(1), g.ints(2), or_default(g.ints(3), 0)));
        case Fn::avg_pool2d: return one(at::avg_pool2d(g.tensor(0), g.ints(1), g.ints(2), or_default(g.ints(3), 0)));
        case Fn::batch_norm: return one(batch_norm(g));
        case Fn::layer_norm: {
            const std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(2), g.tensor(3)});
            return one(at::layer_norm(xwb[0], g.ints(1), xwb[1], xwb[2], g.number(4), /*cudnn_enable=*/false));
        }
        case Fn::dropout:
            return one(g.flag(2) && g.number(1) > 0 ? at::dropout(g.tensor(0), g.number(1), true) : g.tensor(0));
        case Fn::linear: {
            const std::vector<at::Tensor> xwb = promoted({g.tensor(0), g.tensor(1), g.tensor(2)});
            return one(at::linear(xwb[0], xwb[1], xwb[2]));
        }
        case Fn::embedding: return one(at::embedding(g.tensor(1), as_index(g.tensor(0))));
        default: break;
    }
    const at::Tensor value = loss(fn, g);
    return function(fn).result == Type::f64 ? number(value) : one(value);
}

}  // namespace simple::direct

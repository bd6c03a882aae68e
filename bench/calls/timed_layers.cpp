// Layers, losses and autograd.
#include "bench/calls/operands.h"

namespace simple::bench {
namespace {

const int64_t kNone = 0;

TimedCall timed_loss(Fn fn, Operands& o) {
    const Dims scores = o.smallest() ? Dims{4, 4} : Dims{64, 10};
    const Operand input = o.positive(scores);
    switch (fn) {
        case Fn::cross_entropy:
        case Fn::cross_entropy_tensor:
        case Fn::nll_loss:
        case Fn::nll_loss_tensor: return o.call(fn, {input, o.classes({scores[0]}, scores[1])});
        default: return o.call(fn, {input, o.positive(scores)});
    }
}

// A leaf that a graph starts from.
Operand parameter(Operands& o) {
    const Operand leaf = o.tensor(o.matrix());
    o.before(step(Fn::set_requires_grad, {leaf, true}));
    return leaf;
}

// The steps from a leaf to a loss of one element: its squares' sum.
Program squares_sum(const Operand& leaf, size_t first, const Dims& dims) {
    const Operand squares{first, 0, DType::f32, dims}, flat{first + 1, 0, DType::f32, {count(dims)}};
    return {step(Fn::mul, {leaf, leaf}), step(Fn::flatten, {squares}), step(Fn::sum_dim, {flat, 0, false})};
}

}  // namespace

std::optional<TimedCall> timed_layer(Fn fn, Operands& o) {
    const Dims images = o.smallest() ? Dims{1, 1, 4, 4} : Dims{64, 1, 28, 28};
    const Dims maps = o.smallest() ? Dims{1, 1, 4, 4} : Dims{64, 8, 28, 28};
    const int64_t channels = maps[1];
    switch (fn) {
        case Fn::conv2d: {
            const Operand x = o.tensor(images), w = o.tensor({channels, 1, 3, 3});
            return o.call(fn, {x, w, o.tensor({channels}), Array::ints({1}), Array::ints({1}), Array::ints({1}), 1});
        }
        case Fn::max_pool2d:
        case Fn::avg_pool2d: return o.call(fn, {o.tensor(maps), Array::ints({2}), Array::ints({}), Array::ints({})});
        case Fn::batch_norm: {
            const Operand x = o.tensor(maps);
            const Operand mean = o.tensor({channels}), var = o.positive({channels});
            const Operand weight = o.positive({channels}), bias = o.tensor({channels});
            return o.call(fn, {x, mean, var, weight, bias, true, 0.1, 1e-5});
        }
        case Fn::layer_norm: {
            const Dims dims = o.matrix(), row{dims[1]};
            const Operand x = o.tensor(dims), weight = o.positive(row);
            return o.call(fn, {x, Array::ints(row), weight, o.tensor(row), 1e-5});
        }
        case Fn::dropout: return o.call(fn, {o.tensor(o.matrix()), 0.5, true});
        case Fn::linear: {
            const Dims x = o.matrix();
            const int64_t outputs = o.smallest() ? 4 : 128;
            const Operand input = o.tensor(x), weight = o.tensor({outputs, x[1]});
            return o.call(fn, {input, weight, o.tensor({outputs})});
        }
        case Fn::embedding: {
            const Dims indices = o.smallest() ? Dims{4} : Dims{64, 16};
            const int64_t rows = o.smallest() ? 4 : 1000;
            const Operand input = o.classes(indices, rows);
            return o.call(fn, {input, o.tensor({rows, o.smallest() ? 4 : 128})});
        }
        default: return timed_loss(fn, o);
    }
}

std::optional<TimedCall> timed_autograd(Fn fn, Operands& o) {
    const Dims dims = o.matrix();
    switch (fn) {
        case Fn::no_grad_begin:
        case Fn::no_grad_end: {
            if (!o.smallest()) return std::nullopt;
            TimedCall call = o.call(fn, {});
            call.uses = fn == Fn::no_grad_begin ? Uses::entering : Uses::leaving;
            return call;
        }
        case Fn::set_requires_grad: return o.call(fn, {o.tensor(dims), true});
        case Fn::grad:
        case Fn::zero_grad: {
            const Operand leaf = parameter(o);
            const Operand squares = o.made(step(Fn::mul, {leaf, leaf}), dims);
            const Operand flat = o.made(step(Fn::flatten, {squares}), {count(dims)});
            const Operand sum = o.made(step(Fn::sum_dim, {flat, 0, false}), {});
            o.before(step(Fn::backward, {sum}));
            return o.call(fn, {leaf});
        }
        case Fn::backward: {
            const Operand leaf = parameter(o);
            TimedCall call = o.call(fn, {kNone});
            call.fresh = squares_sum(leaf, call.before.size(), dims);
            call.uses = Uses::graph;
            return call;
        }
        case Fn::free: {
            const Operand x = o.tensor(dims);
            TimedCall call = o.call(fn, {kNone});
            call.fresh = {step(Fn::add, {x, x})};
            call.uses = Uses::tensor;
            return call;
        }
        case Fn::requires_grad: return o.call(fn, {parameter(o)});
        default: return o.call(fn, {o.tensor(dims)});  // detach
    }
}

}  // namespace simple::bench

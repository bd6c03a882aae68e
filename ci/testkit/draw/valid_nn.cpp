// How to draw arguments of layers and losses.
#include <algorithm>
#include <stdexcept>

#include "ci/testkit/draw/valid.h"

namespace simple {
namespace {

Array pair(Drawer& d, int64_t height, int64_t width) {
    if (height == width && d.random.chance(40)) return d.ints({height});
    return d.ints({height, width});
}

Operand optional_vector(Drawer& d, int64_t size, const std::vector<DType>& dtypes) {
    return d.tensor({size}, d.dtype(dtypes));
}

Step conv2d(Drawer& d) {
    Random& r = d.random;
    const int64_t groups = r.pick<int64_t>({1, 1, 2}), in = groups * r.between(1, 2), out = groups * r.between(1, 2);
    int64_t kernel[2], stride[2], padding[2], dilation[2], size[2];
    for (int axis = 0; axis < 2; ++axis) {
        kernel[axis] = r.between(1, 3);
        stride[axis] = r.between(1, 2);
        padding[axis] = r.between(0, 2);
        dilation[axis] = r.between(1, 2);
        const int64_t reach = dilation[axis] * (kernel[axis] - 1) + 1;
        size[axis] = std::max<int64_t>(reach - 2 * padding[axis], 1) + r.between(0, 3);
    }
    Dims dims{r.between(1, 2), in, size[0], size[1]};
    if (r.chance(20)) dims.erase(dims.begin());
    const Operand input = d.tensor(dims, d.dtype(d.floating()));
    const Operand weight = d.tensor({out, in / groups, kernel[0], kernel[1]}, d.dtype(d.floating()));
    const Input bias = r.chance(50) ? Input(optional_vector(d, out, d.floating())) : Input(0);
    const auto defaulted = [&](const int64_t* values, int64_t usual) {
        return values[0] == usual && values[1] == usual && r.chance(50) ? d.ints({}) : pair(d, values[0], values[1]);
    };
    return step(Fn::conv2d,
                {input, weight, bias, defaulted(stride, 1), defaulted(padding, 0), defaulted(dilation, 1), groups});
}

Step pool2d(Fn fn, Drawer& d) {
    Random& r = d.random;
    int64_t kernel[2], stride[2], padding[2], size[2];
    for (int axis = 0; axis < 2; ++axis) {
        kernel[axis] = r.between(1, 3);
        stride[axis] = r.between(1, 3);
        padding[axis] = r.between(0, kernel[axis] / 2);
        size[axis] = kernel[axis] + r.between(0, 4);
    }
    Dims dims{r.between(1, 2), r.between(1, 2), size[0], size[1]};
    if (r.chance(30)) dims.erase(dims.begin());
    const Operand input = d.tensor(dims, d.dtype(d.floating()));
    const Array strides = r.chance(30) ? d.ints({}) : pair(d, stride[0], stride[1]);
    return step(fn, {input, pair(d, kernel[0], kernel[1]), strides, pair(d, padding[0], padding[1])});
}

Step batch_norm(Drawer& d) {
    Random& r = d.random;
    Dims dims{r.between(1, 3), r.between(1, 3)};
    for (int64_t more = r.between(0, 2); more > 0; --more) dims.push_back(r.between(1, 3));
    const int64_t channels = dims[1];
    const Operand input = d.tensor(dims, d.dtype(d.floating()));
    const bool training = r.chance(50);
    // Running statistics may not require grad; unit values never do.
    const bool running = !training || r.chance(60);
    const Input mean = running ? Input(d.tensor({channels}, d.dtype(d.floating()), Values::unit)) : Input(0);
    const Input variance = running ? Input(d.tensor({channels}, d.dtype(d.floating()), Values::unit)) : Input(0);
    const Input weight = r.chance(50) ? Input(optional_vector(d, channels, d.floating())) : Input(0);
    const Input bias = r.chance(50) ? Input(optional_vector(d, channels, d.floating())) : Input(0);
    return step(Fn::batch_norm, {input, mean, variance, weight, bias, training, 0.1, 1e-5});
}

Step layer_norm(Drawer& d) {
    const Operand input = d.any(d.floating(), 1);
    const auto trailing = d.random.between(1, static_cast<int64_t>(input.dims.size()));
    const Dims shape(input.dims.end() - trailing, input.dims.end());
    const Input weight = d.random.chance(50) ? Input(d.tensor(shape, d.dtype(d.floating()))) : Input(0);
    const Input bias = d.random.chance(50) ? Input(d.tensor(shape, d.dtype(d.floating()))) : Input(0);
    return step(Fn::layer_norm, {input, d.ints(shape), weight, bias, 1e-5});
}

Step linear(Drawer& d) {
    const Operand input = d.any(d.all(), 1);
    const int64_t out = d.random.between(1, 4);
    const Operand weight = d.tensor({out, input.dims.back()}, d.dtype(d.all()));
    const Input bias = d.random.chance(50) ? Input(optional_vector(d, out, d.all())) : Input(0);
    return step(Fn::linear, {input, weight, bias});
}

Step class_loss(Fn fn, Drawer& d) {
    Random& r = d.random;
    const bool entropy = fn == Fn::cross_entropy || fn == Fn::cross_entropy_tensor;
    const int64_t classes = r.between(1, 4);
    Dims input{classes}, target;
    if (r.chance(80)) {
        target = {r.between(1, 3)};
        for (int64_t more = r.between(0, 2); more > 0; --more) target.push_back(r.between(1, 3));
        input = target;
        input.insert(input.begin() + 1, classes);
    }
    const DType dtype = d.dtype(d.floating());
    const Operand x = d.tensor(input, dtype);
    if (entropy && r.chance(30)) return step(fn, {x, d.tensor(input, dtype, Values::unit)});
    // Class numbers in floats of the input's shape would be probabilities.
    const Operand labels =
        target == input ? d.tensor(target, DType::i64, Values::classes, classes) : d.indices(target, classes);
    return step(fn, {x, labels});
}

Step cross_entropy_binary(Fn fn, Drawer& d) {
    const Dims dims = d.dims();
    const Operand input = d.tensor(dims, d.dtype(d.floating()), Values::unit);
    return step(fn, {input, d.tensor(dims, d.dtype(d.floating()), Values::unit)});
}

}  // namespace

Step draw_valid_nn(Fn fn, Drawer& d) {
    Random& r = d.random;
    switch (fn) {
        case Fn::conv2d: return conv2d(d);
        case Fn::max_pool2d:
        case Fn::avg_pool2d: return pool2d(fn, d);
        case Fn::batch_norm: return batch_norm(d);
        case Fn::layer_norm: return layer_norm(d);
        case Fn::dropout: {
            const bool identity = r.chance(30);
            const double p = identity ? 0 : r.pick<double>({0.5, 1, 0.1});
            return step(fn, {d.any(identity ? d.all() : d.floating()), p, r.chance(50)});
        }
        case Fn::linear: return linear(d);
        case Fn::embedding: {
            const int64_t rows = r.between(1, 4);
            const Operand input = d.indices(d.dims(0, 3), rows);
            return step(fn, {input, d.tensor({rows, r.between(0, 3)}, d.dtype(d.all()))});
        }
        case Fn::cross_entropy:
        case Fn::cross_entropy_tensor:
        case Fn::nll_loss:
        case Fn::nll_loss_tensor: return class_loss(fn, d);
        case Fn::binary_cross_entropy:
        case Fn::binary_cross_entropy_tensor: return cross_entropy_binary(fn, d);
        default: throw std::logic_error("neither a layer nor a loss");
    }
}

}  // namespace simple

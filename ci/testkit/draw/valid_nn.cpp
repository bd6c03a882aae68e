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

// A large batch, channel or side of an image, and nothing else.
Step large_conv2d(Drawer& d, int64_t large) {
    Random& r = d.random;
    constexpr int64_t kMostGroups = 4097;  // LibTorch convolves them one after the other
    Dims dims{1, 1, 1, 1};
    const int64_t at = r.between(0, 3);
    dims[static_cast<size_t>(at)] = large;
    const int64_t groups = at == 1 && large <= kMostGroups ? r.pick<int64_t>({1, large}) : 1;
    Dims weight{groups, dims[1] / groups, 1, 1};
    if (at >= 2) weight[static_cast<size_t>(at)] = r.pick<int64_t>({1, 3, large});
    const Operand input = d.factor(dims, d.dtype(d.floating()), large);
    const Operand kernels = d.factor(weight, d.dtype(d.floating()), large);
    const Input bias = r.chance(50) ? Input(optional_vector(d, groups, d.floating())) : Input(0);
    if (r.chance(25)) {
        // As far as the padding leads the stride does, so that few windows are in between.
        const Array far = d.ints({r.pick<int64_t>({int64_t{1} << 20, int64_t{1} << 30, INT32_MAX})});
        return step(Fn::conv2d, {input, kernels, bias, far, far, d.ints({}), groups});
    }
    return step(Fn::conv2d,
                {input, kernels, bias, pair(d, d.pace(1, 2), d.pace(1, 2)), d.ints({}), d.ints({}), groups});
}

Step conv2d(Drawer& d) {
    if (const int64_t large = d.large_or_0()) return large_conv2d(d, large);
    Random& r = d.random;
    const int64_t groups = r.pick<int64_t>({1, 1, 2}), in = groups * r.between(1, 2), out = groups * r.between(1, 2);
    int64_t kernel[2], stride[2], padding[2], dilation[2], size[2];
    for (int axis = 0; axis < 2; ++axis) {
        kernel[axis] = r.between(1, 3);
        stride[axis] = d.pace(1, 2);
        padding[axis] = r.between(0, 2);
        dilation[axis] = kernel[axis] == 1 ? d.pace(1, 2) : r.between(1, 2);
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
        stride[axis] = d.pace(1, 3);
        padding[axis] = r.between(0, kernel[axis] / 2);
        size[axis] = kernel[axis] + r.between(0, 4);
    }
    Dims dims{r.between(1, 2), r.between(1, 2), size[0], size[1]};
    if (const int64_t large = d.large_or_0()) {
        const int64_t at = r.between(0, 3);
        dims = {1, 1, kernel[0], kernel[1]};
        dims[static_cast<size_t>(at)] = large;
        if (at >= 2 && r.chance(50)) kernel[at - 2] = large;
    }
    if (r.chance(30)) dims.erase(dims.begin());
    const Operand input = d.tensor(dims, d.dtype(d.floating()));
    const Array strides = r.chance(30) ? d.ints({}) : pair(d, stride[0], stride[1]);
    return step(fn, {input, pair(d, kernel[0], kernel[1]), strides, pair(d, padding[0], padding[1])});
}

Step batch_norm(Drawer& d) {
    Random& r = d.random;
    Dims dims{r.between(1, 3), r.between(1, 3)};
    for (int64_t more = r.between(0, 2); more > 0; --more) dims.push_back(r.between(1, 3));
    dims = d.enlarged(d.stretched(dims));
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
    const Operand any = d.any(d.all(), 1);
    const int64_t in = any.dims.back();
    const Operand input = in > kFewElements ? d.factor(any.dims, any.dtype, in) : any;
    constexpr int64_t kFewForMany = 8;  // whose large result is still small
    const int64_t inputs = count(input.dims);
    const int64_t out = inputs > kFewElements ? 1 : inputs <= kFewForMany ? d.size(1, 4) : d.random.between(1, 4);
    const Operand weight = d.factor({out, in}, d.dtype(d.all()), in);
    const Input bias = d.random.chance(50) ? Input(optional_vector(d, out, d.all())) : Input(0);
    return step(Fn::linear, {input, weight, bias});
}

Step class_loss(Fn fn, Drawer& d) {
    Random& r = d.random;
    const bool entropy = fn == Fn::cross_entropy || fn == Fn::cross_entropy_tensor;
    const int64_t classes = d.size(1, 4);
    Dims input{classes}, target;
    if (r.chance(80)) {
        target = {r.between(1, 3)};
        for (int64_t more = r.between(0, 2); more > 0; --more) target.push_back(r.between(1, 3));
        target = classes > kFewElements ? Dims{target[0]} : d.enlarged(d.stretched(target, kMostDims - 1));
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
            const int64_t rows = d.size(1, 4);
            const Operand input = d.indices(d.stretched(d.dims(0, 3), kMostDims - 1), rows);
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

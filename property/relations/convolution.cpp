// Relations of conv2d, avg_pool2d and max_pool2d.
#include <array>
#include <cmath>

#include "property/relations/expressions.h"

namespace simple::property {

namespace {

using Pair = std::array<int64_t, 2>;

// One or two numbers of at least `least`, none for a default; nothing where the contract refuses them.
std::optional<Pair> pair_of(const Arguments& a, size_t i, Pair otherwise, int64_t least) {
    const auto numbers = a.integers(i);
    if (!numbers || numbers->size() > 2) return std::nullopt;
    const Pair pair = numbers->empty() ? otherwise : Pair{numbers->front(), numbers->back()};
    for (int64_t number : pair)
        if (number < least || number >= int64_t{1} << 31) return std::nullopt;
    return pair;
}

struct Windows {
    Pair kernel, stride, padding, dilation;

    // Along one of both dims of the size; none where the kernel reaches over it.
    int64_t count(int64_t size, size_t axis) const {
        const int64_t room = size + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
        return room < 0 ? 0 : room / stride[axis] + 1;
    }
};

// The last two dims with as much of a number on each side.
Value padded(Trial& t, Value x, const Pair& padding, double number) {
    for (size_t axis : {0, 1}) {
        if (padding[axis] == 0) continue;
        const int64_t dim = axis ? -1 : -2;
        Dims dims = shape_of(t, to_arg(x));
        dims[dims.size() - 2 + axis] = padding[axis];
        const Value edge = t(Fn::full, dims, number);
        x = t(Fn::cat, std::vector<Value>{edge, x, edge}, dim);
    }
    return x;
}

// What each position of the kernel sees of the padded image, one tensor a position.
std::vector<Value> seen(Trial& t, const Value& x, const Windows& w, const Pair& out) {
    std::vector<Value> all;
    for (int64_t i = 0; i < w.kernel[0]; i++) {
        const int64_t y = i * w.dilation[0];
        const Value strip = t(Fn::slice, x, -2, y, y + (out[0] - 1) * w.stride[0] + 1, w.stride[0]);
        for (int64_t j = 0; j < w.kernel[1]; j++) {
            const int64_t z = j * w.dilation[1];
            all.push_back(t(Fn::slice, strip, -1, z, z + (out[1] - 1) * w.stride[1] + 1, w.stride[1]));
        }
    }
    return all;
}

Pair counts(const Windows& w, const Dims& image) {
    return {w.count(image[image.size() - 2], 0), w.count(image.back(), 1)};
}

// input, weight, bias, stride, padding, dilation, groups
std::optional<Windows> conv_windows(const Arguments& a) {
    const auto stride = pair_of(a, 3, {1, 1}, 1), padding = pair_of(a, 4, {0, 0}, 0),
               dilation = pair_of(a, 5, {1, 1}, 1);
    if (!stride || !padding || !dilation) return std::nullopt;
    const Operand* weight = a.tensor(1);
    const bool is_kernel = weight && weight->dims.size() == 4;
    return Windows{is_kernel ? Pair{weight->dims[2], weight->dims[3]} : Pair{1, 1}, *stride, *padding, *dilation};
}

Result unfolded(Trial& t, const Arguments& a) {
    const Dims given = shape_of(t, a[0]), weight = shape_of(t, a[1]);
    const int64_t groups = a.integer(6);
    const Value batch = given.size() == 3 ? t(Fn::unsqueeze, a[0], 0) : t(Fn::transpose, a[0], 0, 0);
    const Dims image = shape_of(t, to_arg(batch));
    const Windows w = *conv_windows(a);
    const Pair out = counts(w, image);
    const Value patches = t(Fn::stack, seen(t, padded(t, batch, w.padding, 0), w, out), 2);
    const std::vector<Value> columns = t.list(Fn::chunk, patches, groups, 1), rows = t.list(Fn::chunk, a[1], groups, 0);
    std::vector<Value> parts;
    for (size_t g = 0; g < columns.size(); g++) {
        const int64_t each = w.kernel[0] * w.kernel[1];
        const Value seen_by_all = t(Fn::reshape, columns[g], Dims{image[0], image[1] / groups * each, out[0] * out[1]});
        const Value weights = t(Fn::reshape, rows[g], Dims{weight[0] / groups, weight[1] * each});
        parts.push_back(t(Fn::matmul, weights, seen_by_all));
    }
    Value result = t(Fn::reshape, t(Fn::cat, parts, 1), Dims{image[0], weight[0], out[0], out[1]});
    if (a.given(2)) result = t(Fn::add, result, t(Fn::reshape, a[2], Dims{weight[0], 1, 1}));
    return given.size() == 3 ? t(Fn::squeeze_dim, result, 0) : result;
}

Step draw_1x1(Drawer& d) {
    const int64_t in = d.random.between(1, 3), out = d.random.between(1, 3);
    const Operand x =
        d.tensor({d.random.between(1, 2), in, d.random.between(1, 4), d.random.between(1, 4)}, d.dtype(d.floating()));
    const Operand weight = d.tensor({out, in, 1, 1}, d.dtype(d.floating()));
    const Input bias = d.random.chance(50) ? Input(d.tensor({out}, d.dtype(d.floating()))) : Input(0);
    return step(Fn::conv2d, {x, weight, bias, Array{}, Array{}, Array{}, 1});
}

Result linear_over_channels(Trial& t, const Arguments& a) {
    const Dims given = shape_of(t, a[0]), weight = shape_of(t, a[1]);
    const Windows w = *conv_windows(a);
    if (w.kernel != Pair{1, 1} || w.stride != Pair{1, 1} || w.padding != Pair{0, 0} || a.integer(6) != 1)
        throw Unrelated("more than one element is seen, or not each");
    const Value batch = given.size() == 3 ? t(Fn::unsqueeze, a[0], 0) : t(Fn::transpose, a[0], 0, 0);
    const Value flat = t(Fn::reshape, a[1], Dims{weight[0], weight[1]});
    const Value out = t(Fn::linear, t(Fn::permute, batch, Dims{0, 2, 3, 1}), flat, a[2]);
    const Value result = t(Fn::permute, out, Dims{0, 3, 1, 2});
    return given.size() == 3 ? t(Fn::squeeze_dim, result, 0) : result;
}

bool is_image(const Operand& x) {
    const size_t n = x.dims.size();
    return (n == 3 || n == 4) && std::find(x.dims.end() - 3, x.dims.end(), 0) == x.dims.end();
}
bool is_no_image(const Arguments& a) { return !is_image(*a.tensor(0)); }

bool is_no_kernel(const Arguments& a) { return a.ndim(1) != 4 || count(a.tensor(1)->dims) == 0; }

bool is_int64(const Arguments& a) { return a.common_dtype({0, 1, 2}) == DType::i64; }

bool do_groups_not_fit(const Arguments& a) {
    const Dims &image = a.tensor(0)->dims, &weight = a.tensor(1)->dims;
    const int64_t groups = a.integer(6);
    return groups != 1 && (weight[1] * groups != image[image.size() - 3] || weight[0] % groups != 0);
}

bool is_larger(const Windows& w, const Dims& image) {
    const Pair out = counts(w, image);
    return out[0] == 0 || out[1] == 0;
}

bool are_conv_numbers_bad(const Arguments& a) {
    return !conv_windows(a) || a.integer(6) < 1 || a.integer(6) >= int64_t{1} << 31;
}

// input, kernel_size, stride, padding
std::optional<Windows> pool_windows(const Arguments& a) {
    const auto kernel = pair_of(a, 1, {0, 0}, 1);
    if (!kernel) return std::nullopt;
    const auto stride = pair_of(a, 2, *kernel, 1), padding = pair_of(a, 3, {0, 0}, 0);
    if (!stride || !padding) return std::nullopt;
    for (size_t axis : {0, 1})
        if ((*padding)[axis] > (*kernel)[axis] / 2) return std::nullopt;
    return Windows{*kernel, *stride, *padding, {1, 1}};
}

bool are_pool_numbers_bad(const Arguments& a) { return !pool_windows(a); }

// The kernel and its relation to the padding are what a convolution does not judge.
bool is_kernel_bad(const Arguments& a) {
    const auto kernel = pair_of(a, 1, {0, 0}, 1), padding = pair_of(a, 3, {0, 0}, 0);
    return !kernel || (padding && pair_of(a, 2, *kernel, 1) &&
                       ((*padding)[0] > (*kernel)[0] / 2 || (*padding)[1] > (*kernel)[1] / 2));
}

Result even_convolution(Trial& t, const Arguments& a) {
    const Dims dims = shape_of(t, a[0]);
    const Pair kernel = *pair_of(a, 1, {0, 0}, 1);
    const int64_t channels = dims.size() < 3 ? 1 : dims[dims.size() - 3];
    const Value ones = as(t, to_arg(t(Fn::ones, Dims{channels, 1, kernel[0], kernel[1]})), a.dtype(0));
    const bool whole = a.dtype(0) == DType::i64;  // both refuse it
    const Value weight = whole ? ones : t(Fn::mul_scalar, ones, 1 / static_cast<double>(kernel[0] * kernel[1]));
    const bool defaulted = a.integers(2) && a.integers(2)->empty();
    return t(Fn::conv2d, a[0], weight, 0, defaulted ? a[1] : a[2], a[3], Dims{}, channels);
}

Result largest_seen(Trial& t, const Arguments& a) {
    const Dims image = shape_of(t, a[0]);
    const Windows w = *pool_windows(a);
    const Value x = padded(t, t(Fn::transpose, a[0], 0, 0), w.padding, -HUGE_VAL);
    return t(Fn::max_dim, t(Fn::stack, seen(t, x, w, counts(w, image)), 0), 0, false);
}

}  // namespace

Relations convolution_relations() {
    const Beyond kNoImage{"an image or a batch of images", is_no_image, Code::shape},
        kNoKernel{"a weight of 4 dims, none of size 0", is_no_kernel, Code::shape},
        kInt64{"one of input, weight and bias is floating", is_int64, Code::dtype};
    return {
        {Fn::conv2d,
         "of-1-by-1-is-linear-over-channels",
         {Fn::linear, Fn::permute},
         Agreement::close,
         linear_over_channels,
         {kNoImage, kNoKernel},
         {},
         draw_1x1,
         {0, 1, 2}},
        {Fn::conv2d,
         "is-matmul-of-what-the-kernel-sees",
         {Fn::matmul, Fn::cat, Fn::slice, Fn::stack},
         Agreement::close,
         unfolded,
         {{"stride, padding, dilation and groups in their bounds", are_conv_numbers_bad, Code::argument},
          kInt64,
          kNoImage,
          kNoKernel,
          {"groups divide channels and outputs", do_groups_not_fit, Code::shape},
          {"a bias of one element an output, reshape takes any dims",
           [](const Arguments& a) { return a.given(2) && a.tensor(2)->dims != Dims{a.tensor(1)->dims[0]}; },
           Code::shape},
          {"the kernel within the padded image",
           [](const Arguments& a) { return is_larger(*conv_windows(a), a.tensor(0)->dims); }, Code::shape}}},
        {Fn::avg_pool2d,
         "is-conv2d-with-equal-weights",
         {Fn::conv2d},
         Agreement::close,
         even_convolution,
         {{"a kernel, and padding of at most half of it", is_kernel_bad, Code::argument},
          {"there is a channel, without which a convolution has no groups",
           [](const Arguments& a) {
               const Dims& dims = a.tensor(0)->dims;
               return dims.size() >= 3 && dims[dims.size() - 3] == 0;
           },
           Code::shape}}},
        {Fn::max_pool2d,
         "is-max-dim-of-what-the-kernel-sees",
         {Fn::max_dim, Fn::cat, Fn::slice, Fn::stack},
         Agreement::exact,
         largest_seen,
         {{"kernel, stride and padding in their bounds", are_pool_numbers_bad, Code::argument},
          {"no int64 (V5)", [](const Arguments& a) { return a.dtype(0) == DType::i64; }, Code::dtype},
          kNoImage,
          {"the kernel within the padded image",
           [](const Arguments& a) { return is_larger(*pool_windows(a), a.tensor(0)->dims); }, Code::shape}}},
    };
}

}  // namespace simple::property

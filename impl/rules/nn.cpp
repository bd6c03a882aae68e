#include <algorithm>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

constexpr int64_t kTooLarge = int64_t{1} << 31;

// One number counts for height and width; empty is the default.
Pair pair_of(const Dims& numbers, Pair otherwise, int64_t least, const char* parameter) {
    if (numbers.size() > 2) fail(Code::argument, "{} {} has more than two numbers", parameter, numbers);
    const Pair pair = numbers.empty() ? otherwise : Pair{numbers[0], numbers.back()};
    for (int64_t number : pair)
        if (number < least || number >= kTooLarge)
            fail(Code::argument, "{} {} is outside [{}, 2^31)", parameter, numbers, least);
    return pair;
}

DType common_dtype(const Meta& input, const Meta* weight, const Meta* bias) {
    DType dtype = input.dtype;
    if (weight) dtype = promoted(dtype, weight->dtype);
    if (bias) dtype = promoted(dtype, bias->dtype);
    return dtype;
}

void check_common_floating(DType dtype) {
    if (!floating(dtype)) fail(Code::dtype, "input and all other value tensors are int64, but one must be floating");
}

// The reason is made in place: it needs no memory, and the fault leaves nothing on its way that is to be destroyed.
template <typename... Values>
[[noreturn, gnu::always_inline]] inline void refuse(const char* parameter, const Meta& x,
                                                    fmt::format_string<Values...> why, Values&&... values) {
    char reason[kLongestText];
    const size_t length = std::min(fmt::format_to_n(reason, kLongestText, why, values...).size, kLongestText);
    fail(Code::shape, "{} has shape {}, {}", parameter, x.sizes, fmt::string_view(reason, length));
}

void check_vector(const Meta* x, int64_t count, const char* parameter) {
    if (x && (x->ndim() != 1 || x->sizes[0] != count)) refuse(parameter, *x, "but must be [{}]", count);
}

// An image or a batch of images, of which the batch alone may be empty.
void check_image(const Meta& input) {
    const size_t n = input.sizes.size();
    if (n != 3 && n != 4) refuse("input", input, "but must be 3-D or 4-D");
    for (size_t i = n - 3; i < n; ++i)
        if (input.sizes[i] == 0) refuse("input", input, "of which only the batch may be empty");
}

// The number of windows along a dim; at least one must fit.
int64_t windows_along(const Meta& input, size_t dim, int64_t kernel, int64_t stride, int64_t padding,
                      int64_t dilation) {
    const int64_t padded = input.sizes[dim] + 2 * padding;
    const int64_t reach = dilation * (kernel - 1) + 1;
    if (reach > padded) refuse("input", input, "whose padded size {} is smaller than the kernel's {}", padded, reach);
    return (padded - reach) / stride + 1;
}

}  // namespace

Conv2d conv2d_parameters(const Dims& stride, const Dims& padding, const Dims& dilation, int64_t groups) {
    const Conv2d how{pair_of(stride, {1, 1}, 1, "stride"), pair_of(padding, {0, 0}, 0, "padding"),
                     pair_of(dilation, {1, 1}, 1, "dilation"), groups};
    if (groups < 1 || groups >= kTooLarge) fail(Code::argument, "groups is {}, outside [1, 2^31)", groups);
    return how;
}

Pool2d pool2d_parameters(const Dims& kernel_size, const Dims& stride, const Dims& padding) {
    if (kernel_size.empty()) fail(Code::argument, "kernel_size is empty");
    Pool2d how{};
    how.kernel = pair_of(kernel_size, {}, 1, "kernel_size");
    how.stride = pair_of(stride, how.kernel, 1, "stride");
    how.padding = pair_of(padding, {0, 0}, 0, "padding");
    for (size_t i = 0; i < 2; ++i)
        if (how.padding[i] > how.kernel[i] / 2)
            fail(Code::argument, "padding {} is more than half the kernel {}", how.padding[i], how.kernel[i]);
    return how;
}

Meta conv2d(const Meta& input, const Meta& weight, const Meta* bias, const Conv2d& how) {
    const DType dtype = common_dtype(input, &weight, bias);
    check_common_floating(dtype);
    check_image(input);
    if (weight.ndim() != 4) refuse("weight", weight, "but must be 4-D");
    for (int64_t size : weight.sizes)
        if (size == 0) refuse("weight", weight, "which is empty");
    const size_t channel = input.sizes.size() - 3;
    const int64_t in = input.sizes[channel], out = weight.sizes[0];
    if (weight.sizes[1] * how.groups != in || out % how.groups != 0)
        refuse("weight", weight, "which does not fit {} channels in {} groups", in, how.groups);
    check_vector(bias, out, "bias");
    Pair windows;
    for (size_t i = 0; i < 2; ++i)
        windows[i] =
            windows_along(input, channel + 1 + i, weight.sizes[2 + i], how.stride[i], how.padding[i], how.dilation[i]);
    Dims sizes(input.sizes.begin(), input.sizes.begin() + channel);
    for (int64_t size : {out, windows[0], windows[1]}) sizes.push_back(size);
    return fresh(sizes, dtype);
}

Meta pool2d(const Meta& input, const Pool2d& how) {
    check_floating_argument(input, "input");
    check_image(input);
    const size_t height = input.sizes.size() - 2;
    Pair windows;
    for (size_t i = 0; i < 2; ++i)
        windows[i] = windows_along(input, height + i, how.kernel[i], how.stride[i], how.padding[i], 1);
    Dims sizes(input.sizes.begin(), input.sizes.begin() + height);
    for (int64_t size : windows) sizes.push_back(size);
    return fresh(sizes, input.dtype);
}

Meta batch_norm(const Meta& input, const BatchNormArguments& a) {
    if (!a.running_mean != !a.running_var)
        fail(Code::argument, "{} is given without {}", a.running_mean ? "running_mean" : "running_var",
             a.running_mean ? "running_var" : "running_mean");
    if (!a.training && !a.running_mean) fail(Code::argument, "evaluation needs running_mean and running_var");
    if (a.running_requires_grad) fail(Code::argument, "running_mean or running_var requires grad");
    const DType dtype = common_dtype(input, a.weight, a.bias);
    check_common_floating(dtype);
    if (a.running_mean) check_floating_argument(*a.running_mean, "running_mean");
    if (a.running_var) check_floating_argument(*a.running_var, "running_var");
    if (input.ndim() < 2) refuse("input", input, "but must have at least 2 dims");
    const int64_t channels = input.sizes[1];
    check_vector(a.running_mean, channels, "running_mean");
    check_vector(a.running_var, channels, "running_var");
    check_vector(a.weight, channels, "weight");
    check_vector(a.bias, channels, "bias");
    return fresh(input.sizes, dtype);
}

Meta layer_norm(const Meta& input, const Dims& normalized_shape, const Meta* weight, const Meta* bias) {
    if (normalized_shape.empty()) fail(Code::argument, "normalized_shape is empty");
    check_sizes(normalized_shape, input.dtype, "normalized_shape");
    const DType dtype = common_dtype(input, weight, bias);
    check_common_floating(dtype);
    const size_t n = normalized_shape.size();
    const bool fits = input.sizes.size() >= n && Dims(input.sizes.end() - n, input.sizes.end()) == normalized_shape;
    if (!fits) refuse("input", input, "which does not end with normalized_shape {}", normalized_shape);
    if (weight && weight->sizes != normalized_shape) refuse("weight", *weight, "but must be {}", normalized_shape);
    if (bias && bias->sizes != normalized_shape) refuse("bias", *bias, "but must be {}", normalized_shape);
    return fresh(input.sizes, dtype);
}

Meta linear(const Meta& input, const Meta& weight, const Meta* bias) {
    if (weight.ndim() != 2) refuse("weight", weight, "but must be 2-D");
    if (input.ndim() < 1 || input.sizes.back() != weight.sizes[1])
        refuse("input", input, "which does not end with the {} features of weight", weight.sizes[1]);
    check_vector(bias, weight.sizes[0], "bias");
    Dims sizes = input.sizes;
    sizes[sizes.size() - 1] = weight.sizes[0];
    return fresh(sizes, common_dtype(input, &weight, bias));
}

}  // namespace simple::rules

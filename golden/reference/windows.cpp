#include "golden/reference/windows.h"

#include <cmath>

namespace simple::reference {
namespace {

using rules::Pair;

int64_t window_count(int64_t size, int64_t kernel, int64_t stride, int64_t padding, int64_t dilation) {
    return (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
}

// Sizes with the last two dims, and for convolution the channels before them, exchanged for the result's.
Sizes with_plane(Sizes sizes, int64_t height, int64_t width) {
    sizes[sizes.size() - 2] = height;
    sizes[sizes.size() - 1] = width;
    return sizes;
}

Sizes conv2d_sizes(const Values& input, const Values& weight, const Conv2d& how) {
    const int64_t h = input.sizes[input.ndim() - 2], w = input.sizes[input.ndim() - 1];
    Sizes sizes =
        with_plane(input.sizes, window_count(h, weight.sizes[2], how.stride[0], how.padding[0], how.dilation[0]),
                   window_count(w, weight.sizes[3], how.stride[1], how.padding[1], how.dilation[1]));
    sizes[sizes.size() - 3] = weight.sizes[0];
    return sizes;
}

// Calls f(out, in, kernel) with the positions in their planes of every element of every window, all in row-major order.
// What falls on padding is left out.
template <class F>
void for_each_in_windows(const Sizes& in, const Sizes& out, const Pair& kernel, const Conv2d& how, F f) {
    const int64_t in_h = in[in.size() - 2], in_w = in.back(), out_h = out[out.size() - 2], out_w = out.back();
    for (int64_t y = 0; y < out_h; ++y)
        for (int64_t x = 0; x < out_w; ++x)
            for (int64_t ky = 0; ky < kernel[0]; ++ky)
                for (int64_t kx = 0; kx < kernel[1]; ++kx) {
                    const int64_t in_y = y * how.stride[0] - how.padding[0] + ky * how.dilation[0];
                    const int64_t in_x = x * how.stride[1] - how.padding[1] + kx * how.dilation[1];
                    if (in_y < 0 || in_y >= in_h || in_x < 0 || in_x >= in_w) continue;
                    f(y * out_w + x, in_y * in_w + in_x, ky * kernel[1] + kx);
                }
}

// Calls f(out, in, weight) for every product that the convolution sums, with positions in the three tensors.
template <class F>
void for_each_product(const Values& input, const Values& weight, const Conv2d& how, const Sizes& out, F f) {
    const Split in_planes(input.sizes, -3), out_planes(out, -3);
    const Pair kernel{weight.sizes[2], weight.sizes[3]};
    const int64_t group_channels = weight.sizes[1], out_per_group = weight.sizes[0] / how.groups;
    for (int64_t n = 0; n < out_planes.outer; ++n)
        for (int64_t o = 0; o < out_planes.size; ++o)
            for (int64_t c = 0; c < group_channels; ++c) {
                const int64_t in_plane = in_planes.at(n, o / out_per_group * group_channels + c, 0);
                const int64_t out_plane = out_planes.at(n, o, 0),
                              kernel_at = (o * group_channels + c) * kernel[0] * kernel[1];
                for_each_in_windows(input.sizes, out, kernel, how, [&](int64_t to, int64_t from, int64_t k) {
                    f(out_plane + to, in_plane + from, kernel_at + k);
                });
            }
}

Sizes pool_sizes(const Values& input, const Pool2d& how) {
    return with_plane(input.sizes,
                      window_count(input.sizes[input.ndim() - 2], how.kernel[0], how.stride[0], how.padding[0], 1),
                      window_count(input.sizes[input.ndim() - 1], how.kernel[1], how.stride[1], how.padding[1], 1));
}

// Calls f(out, in) for every element of every window, with positions in the tensors.
template <class F>
void for_each_pooled(const Values& input, const Pool2d& how, F f) {
    const Sizes out = pool_sizes(input, how);
    const int64_t in_numel = input.sizes[input.ndim() - 2] * input.sizes.back(),
                  out_numel = out[out.size() - 2] * out.back();
    const int64_t planes = count(Sizes(out.begin(), out.end() - 2));
    for (int64_t plane = 0; plane < planes; ++plane)
        for_each_in_windows(
            input.sizes, out, how.kernel, {how.stride, how.padding},
            [&](int64_t to, int64_t from, int64_t) { f(plane * out_numel + to, plane * in_numel + from); });
}

// The position of each window's maximum in the input.
std::vector<int64_t> maxima(const Values& input, const Pool2d& how) {
    std::vector<int64_t> best(count(pool_sizes(input, how)), -1);
    for_each_pooled(input, how, [&](int64_t out, int64_t in) {
        const double x = input.reals[in];
        if (best[out] < 0 || std::isnan(x) || x > input.reals[best[out]]) best[out] = in;
    });
    return best;
}

}  // namespace

Values conv2d(const Values& input, const Values& weight, const Values* bias, const Conv2d& how) {
    Values out = zeros(input.dtype, conv2d_sizes(input, weight, how));
    for_each_product(input, weight, how, out.sizes,
                     [&](int64_t o, int64_t i, int64_t w) { out.reals[o] += input.reals[i] * weight.reals[w]; });
    if (!bias) return out;
    const Split channels(out.sizes, -3);
    for (int64_t i = 0; i < out.numel(); ++i) out.reals[i] += bias->reals[i / channels.inner % channels.size];
    return out;
}

std::vector<Values> conv2d_gradient(const Values& input, const Values& weight, const Conv2d& how, const Values& grad) {
    Values to_input = zeros_like(input), to_weight = zeros_like(weight);
    for_each_product(input, weight, how, grad.sizes, [&](int64_t o, int64_t i, int64_t w) {
        to_input.reals[i] += grad.reals[o] * weight.reals[w];
        to_weight.reals[w] += grad.reals[o] * input.reals[i];
    });
    Values to_bias = zeros(grad.dtype, {weight.sizes[0]});
    const Split channels(grad.sizes, -3);
    for (int64_t i = 0; i < grad.numel(); ++i) to_bias.reals[i / channels.inner % channels.size] += grad.reals[i];
    return {to_input, to_weight, to_bias};
}

Values max_pool2d(const Values& input, const Pool2d& how) {
    Values out = zeros(input.dtype, pool_sizes(input, how));
    const std::vector<int64_t> best = maxima(input, how);
    for (size_t i = 0; i < best.size(); ++i) out.reals[i] = input.reals[best[i]];
    return out;
}

Values max_pool2d_gradient(const Values& input, const Pool2d& how, const Values& grad) {
    Values to_input = zeros_like(input);
    const std::vector<int64_t> best = maxima(input, how);
    for (size_t i = 0; i < best.size(); ++i) to_input.reals[best[i]] += grad.reals[i];
    return to_input;
}

Values avg_pool2d(const Values& input, const Pool2d& how) {
    Values out = zeros(input.dtype, pool_sizes(input, how));
    std::vector<long double> sums(out.reals.size());  // wider than float64, so that no sum overflows (V9)
    for_each_pooled(input, how, [&](int64_t o, int64_t i) { sums[o] += input.reals[i]; });
    for (size_t o = 0; o < sums.size(); ++o)
        out.reals[o] = static_cast<double>(sums[o] / static_cast<long double>(how.kernel[0] * how.kernel[1]));
    return out;
}

Values avg_pool2d_gradient(const Values& input, const Pool2d& how, const Values& grad) {
    Values to_input = zeros_like(input);
    for_each_pooled(input, how, [&](int64_t o, int64_t i) {
        to_input.reals[i] += grad.reals[o] / static_cast<double>(how.kernel[0] * how.kernel[1]);
    });
    return to_input;
}

}  // namespace simple::reference

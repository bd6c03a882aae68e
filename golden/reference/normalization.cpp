#include "golden/reference/normalization.h"

#include <cmath>

namespace simple::reference {
namespace {

// The elements normalized together, by their positions.
using Group = std::vector<int64_t>;

// A wider type than the values', so that nothing overflows or vanishes on the way (V9).
using Wide = long double;

struct Moments {
    Wide mean, variance;  // the variance biased: divided by the count
};

Moments moments(const Values& x, const Group& group) {
    const auto n = static_cast<Wide>(group.size());
    Wide sum = 0, squares = 0;
    for (int64_t i : group) sum += x.reals[i];
    const Wide mean = sum / n;
    for (int64_t i : group) squares += (x.reals[i] - mean) * (x.reals[i] - mean);
    return {mean, squares / n};
}

std::vector<Group> channel_groups(const Values& input) {
    const Split split(input.sizes, 1);
    std::vector<Group> groups(split.size);
    for (int64_t o = 0; o < split.outer; ++o)
        for (int64_t c = 0; c < split.size; ++c)
            for (int64_t j = 0; j < split.inner; ++j) groups[c].push_back(split.at(o, c, j));
    return groups;
}

// The gradient of y = (x - mean) / sqrt(variance + eps) for one group, where `g` is the gradient of y. With statistics
// of the group itself, mean and variance depend on every x.
void add_gradient(const Values& x, const Group& group, Moments of, double eps, bool own_statistics,
                  const std::vector<double>& g, Values& to_x) {
    const double n = static_cast<double>(group.size()), scale = 1 / std::sqrt(of.variance + eps);
    double sum = 0, projection = 0;
    for (size_t k = 0; own_statistics && k < group.size(); ++k) {
        sum += g[k];
        projection += g[k] * (x.reals[group[k]] - of.mean) * scale;
    }
    for (size_t k = 0; k < group.size(); ++k) {
        const double y = (x.reals[group[k]] - of.mean) * scale;
        to_x.reals[group[k]] = scale * (g[k] - sum / n - y * projection / n);
    }
}

}  // namespace

Values batch_norm(const Values& input, Values* running_mean, Values* running_var, const Values* weight,
                  const Values* bias, const BatchNorm& how) {
    Values out = zeros_like(input);
    if (input.numel() == 0) return out;
    const std::vector<Group> groups = channel_groups(input);
    for (size_t c = 0; c < groups.size(); ++c) {
        const Moments of =
            how.training ? moments(input, groups[c]) : Moments{running_mean->reals[c], running_var->reals[c]};
        const Wide scale = (weight ? weight->reals[c] : 1) / std::sqrt(of.variance + how.eps);
        for (int64_t i : groups[c]) out.reals[i] = (input.reals[i] - of.mean) * scale + (bias ? bias->reals[c] : 0);
        if (!how.training) continue;
        // PyTorch's momentum weighs the new value. One element has no unbiased variance, and the running one stays.
        const double n = static_cast<double>(groups[c].size()), keep = 1 - how.momentum;
        if (running_mean) running_mean->reals[c] = keep * running_mean->reals[c] + how.momentum * of.mean;
        if (running_var && n > 1)
            running_var->reals[c] = keep * running_var->reals[c] + how.momentum * (of.variance * n / (n - 1));
    }
    return out;
}

std::vector<Values> batch_norm_gradient(const Values& input, const Values* running_mean, const Values* running_var,
                                        const Values* weight, const BatchNorm& how, const Values& grad) {
    const std::vector<Group> groups = channel_groups(input);
    const Sizes channels{static_cast<int64_t>(groups.size())};
    Values to_input = zeros_like(input), to_weight = zeros(grad.dtype, channels), to_bias = to_weight;
    for (size_t c = 0; input.numel() > 0 && c < groups.size(); ++c) {
        const Moments of =
            how.training ? moments(input, groups[c]) : Moments{running_mean->reals[c], running_var->reals[c]};
        std::vector<double> g;
        for (int64_t i : groups[c]) {
            to_weight.reals[c] += grad.reals[i] * (input.reals[i] - of.mean) / std::sqrt(of.variance + how.eps);
            to_bias.reals[c] += grad.reals[i];
            g.push_back(grad.reals[i] * (weight ? weight->reals[c] : 1));
        }
        add_gradient(input, groups[c], of, how.eps, how.training, g, to_input);
    }
    return {to_input, to_weight, to_bias};
}

Values layer_norm(const Values& input, int64_t width, const Values* weight, const Values* bias, double eps) {
    Values out = zeros_like(input);
    Group group(width);
    for (int64_t start = 0; start < input.numel(); start += width) {
        for (int64_t k = 0; k < width; ++k) group[k] = start + k;
        const Moments of = moments(input, group);
        for (int64_t k = 0; k < width; ++k)
            out.reals[start + k] =
                (input.reals[start + k] - of.mean) / std::sqrt(of.variance + eps) * (weight ? weight->reals[k] : 1) +
                (bias ? bias->reals[k] : 0);
    }
    return out;
}

std::vector<Values> layer_norm_gradient(const Values& input, int64_t width, const Values* weight, double eps,
                                        const Values& grad) {
    Values to_input = zeros_like(input), to_weight = zeros(grad.dtype, {width}), to_bias = to_weight;
    Group group(width);
    std::vector<double> g(width);
    for (int64_t start = 0; start < input.numel(); start += width) {
        for (int64_t k = 0; k < width; ++k) group[k] = start + k;
        const Moments of = moments(input, group);
        for (int64_t k = 0; k < width; ++k) {
            const int64_t i = start + k;
            to_weight.reals[k] += grad.reals[i] * (input.reals[i] - of.mean) / std::sqrt(of.variance + eps);
            to_bias.reals[k] += grad.reals[i];
            g[k] = grad.reals[i] * (weight ? weight->reals[k] : 1);
        }
        add_gradient(input, group, of, eps, true, g, to_input);
    }
    return {to_input, to_weight, to_bias};
}

}  // namespace simple::reference

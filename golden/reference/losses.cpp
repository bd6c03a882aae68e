#include "golden/reference/losses.h"

#include <algorithm>
#include <cmath>

#include "golden/reference/indexing.h"
#include "golden/reference/reductions.h"
#include "impl/errors/error.h"

namespace simple::reference {
namespace {

constexpr int64_t kIgnored = -100;  // PyTorch's ignore_index

// Classes are dim 1, or dim 0 of a 1-D input.
int64_t class_dim(const Values& input) { return input.ndim() == 1 ? 0 : 1; }

// Where -input[n, target[n]] is read for every class target that counts.
std::vector<int64_t> chosen_elements(const Values& input, const Values& target) {
    const Split split(input.sizes, class_dim(input));
    const std::vector<int64_t> classes = whole_numbers(target, "target");
    std::vector<int64_t> chosen;
    for (size_t n = 0; n < classes.size(); ++n) {
        if (classes[n] == kIgnored) continue;
        if (classes[n] < 0 || classes[n] >= split.size)
            fail(Code::range, "target holds class {} at position {} is outside [0, {})", classes[n], n, split.size);
        const int64_t position = static_cast<int64_t>(n);
        chosen.push_back(split.at(position / split.inner, classes[n], position % split.inner));
    }
    return chosen;
}

double nll(const Values& log_probabilities, const Values& target) {
    const std::vector<int64_t> chosen = chosen_elements(log_probabilities, target);
    double sum = 0;
    for (int64_t at : chosen) sum -= log_probabilities.reals[at];
    return sum / static_cast<double>(chosen.size());
}

Values nll_gradient(const Values& log_probabilities, const Values& target, double grad) {
    const std::vector<int64_t> chosen = chosen_elements(log_probabilities, target);
    Values to_input = zeros_like(log_probabilities);
    for (int64_t at : chosen) to_input.reals[at] = -grad / static_cast<double>(chosen.size());
    return to_input;
}

// How many distributions the loss averages over.
double distributions(const Values& input) {
    const Split split(input.sizes, class_dim(input));
    return static_cast<double>(split.outer * split.inner);
}

double cross_entropy(const Values& input, const Values& target) {
    const Values log_probabilities = softmax(Fn::log_softmax, input, class_dim(input));
    if (!holds_probabilities(input, target)) return nll(log_probabilities, target);
    double sum = 0;
    for (int64_t i = 0; i < input.numel(); ++i) sum -= target.reals[i] * log_probabilities.reals[i];
    return sum / distributions(input);
}

std::vector<Values> cross_entropy_gradient(const Values& input, const Values& target, double grad) {
    const Values log_probabilities = softmax(Fn::log_softmax, input, class_dim(input));
    Values to_log, to_target = zeros(DType::f64, target.sizes);
    if (holds_probabilities(input, target)) {
        to_log = target;
        for (double& v : to_log.reals) v *= -grad / distributions(input);
        for (int64_t i = 0; i < target.numel(); ++i)
            to_target.reals[i] = -grad * log_probabilities.reals[i] / distributions(input);
    } else {
        to_log = nll_gradient(log_probabilities, target, grad);
    }
    return {softmax_gradient(Fn::log_softmax, input, class_dim(input), to_log), to_target};
}

void check_unit_interval(const Values& x, const char* what) {
    for (double v : x.reals)
        if (!(v >= 0 && v <= 1)) fail_holding(Code::argument, what, x, v, "outside [0, 1]");
}

// PyTorch keeps the logarithms at -100 or more, so that the loss of a certain mistake is finite.
double clamped_log(double x) { return std::max(std::log(x), -100.0); }
double clamped_log_of_rest(double x) { return std::max(std::log1p(-x), -100.0); }

double binary_cross_entropy(const Values& input, const Values& target) {
    check_unit_interval(input, "input");
    check_unit_interval(target, "target");
    double sum = 0;
    for (int64_t i = 0; i < input.numel(); ++i) {
        const double x = input.reals[i], t = target.reals[i];
        sum -= t * clamped_log(x) + (1 - t) * clamped_log_of_rest(x);
    }
    return sum / static_cast<double>(input.numel());
}

// PyTorch keeps the denominator x (1 - x) at 1e-12 or more.
std::vector<Values> binary_cross_entropy_gradient(const Values& input, const Values& target, double grad) {
    Values to_input = zeros_like(input), to_target = zeros_like(target);
    const double each = grad / static_cast<double>(input.numel());
    for (int64_t i = 0; i < input.numel(); ++i) {
        const double x = input.reals[i], t = target.reals[i];
        to_input.reals[i] = each * (x - t) / std::max(x * (1 - x), 1e-12);
        to_target.reals[i] = each * (clamped_log_of_rest(x) - clamped_log(x));
    }
    return {to_input, to_target};
}

double mse(const Values& input, const Values& target) {
    const Sizes sizes = broadcast(input.sizes, target.sizes);
    const Values x = expanded(input, sizes), t = expanded(target, sizes);
    double sum = 0;
    for (int64_t i = 0; i < x.numel(); ++i) sum += (x.reals[i] - t.reals[i]) * (x.reals[i] - t.reals[i]);
    return sum / static_cast<double>(x.numel());
}

std::vector<Values> mse_gradient(const Values& input, const Values& target, double grad) {
    const Sizes sizes = broadcast(input.sizes, target.sizes);
    const Values x = expanded(input, sizes), t = expanded(target, sizes);
    Values to_input = x, to_target = x;
    for (int64_t i = 0; i < x.numel(); ++i) {
        to_input.reals[i] = grad * 2 * (x.reals[i] - t.reals[i]) / static_cast<double>(x.numel());
        to_target.reals[i] = -to_input.reals[i];
    }
    return {summed_to(to_input, input.sizes), summed_to(to_target, target.sizes)};
}

}  // namespace

bool holds_probabilities(const Values& input, const Values& target) {
    return !target.is_whole() && target.sizes == input.sizes;
}

Values loss(Fn fn, const Values& input, const Values& target) {
    switch (fn) {
        case Fn::mse_loss:
        case Fn::mse_loss_tensor: return filled(input.dtype, {}, mse(input, target));
        case Fn::cross_entropy:
        case Fn::cross_entropy_tensor: return filled(input.dtype, {}, cross_entropy(input, target));
        case Fn::binary_cross_entropy:
        case Fn::binary_cross_entropy_tensor: return filled(input.dtype, {}, binary_cross_entropy(input, target));
        case Fn::nll_loss:
        case Fn::nll_loss_tensor: return filled(input.dtype, {}, nll(input, target));
        default: fail(Code::other, "no such loss");
    }
}

std::vector<Values> loss_gradient(Fn fn, const Values& input, const Values& target, double grad) {
    switch (fn) {
        case Fn::mse_loss_tensor: return mse_gradient(input, target, grad);
        case Fn::cross_entropy_tensor: return cross_entropy_gradient(input, target, grad);
        case Fn::binary_cross_entropy_tensor: return binary_cross_entropy_gradient(input, target, grad);
        case Fn::nll_loss_tensor: return {nll_gradient(input, target, grad), zeros(DType::f64, target.sizes)};
        default: fail(Code::other, "no such loss");
    }
}

}  // namespace simple::reference

#include "golden/reference/elementwise.h"

#include <cmath>

#include "impl/errors/error.h"

namespace simple::reference {
namespace {

// int64 arithmetic goes through uint64_t, where overflow is defined: it wraps around, as PyTorch's does.
int64_t whole_binary(Fn fn, uint64_t a, uint64_t b) {
    switch (fn) {
        case Fn::add: return static_cast<int64_t>(a + b);
        case Fn::sub: return static_cast<int64_t>(a - b);
        case Fn::mul: return static_cast<int64_t>(a * b);
        default: fail(Code::other, "no such int64 operation");
    }
}

double real_binary(Fn fn, double a, double b) {
    switch (fn) {
        case Fn::add: return a + b;
        case Fn::sub: return a - b;
        case Fn::mul: return a * b;
        case Fn::div: return a / b;
        default: fail(Code::other, "no such operation of two tensors");
    }
}

int64_t whole_unary(Fn fn, int64_t x) {
    switch (fn) {
        case Fn::neg: return whole_binary(Fn::sub, 0, x);
        case Fn::abs: return x < 0 ? whole_binary(Fn::sub, 0, x) : x;
        case Fn::relu: return x < 0 ? 0 : x;
        default: fail(Code::other, "no such int64 operation");
    }
}

constexpr double kSqrtHalf = 0.70710678118654752440;     // 1/sqrt(2)
constexpr double kInverseSqrt2Pi = 0.39894228040143268;  // 1/sqrt(2 pi)

// The normal distribution function, without cancellation in the lower tail.
double normal_cdf(double x) { return 0.5 * std::erfc(-x * kSqrtHalf); }

// x * Phi(x); at -inf the limit is 0 times infinity, which PyTorch's formula gives as NaN.
double gelu(double x) { return x * normal_cdf(x); }

// PyTorch takes square roots, which keep the sign of -0 and have none of -inf, where C's pow gives 0 and inf.
double power(double x, double exponent) {
    if (exponent == 0.5) return std::sqrt(x);
    if (exponent == -0.5) return 1 / std::sqrt(x);
    return std::pow(x, exponent);
}

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

double real_unary(Fn fn, double x, double parameter) {
    switch (fn) {
        case Fn::neg: return -x;
        case Fn::abs: return std::fabs(x);
        case Fn::sqrt: return std::sqrt(x);
        case Fn::exp: return std::exp(x);
        case Fn::log: return std::log(x);
        case Fn::pow: return power(x, parameter);
        case Fn::add_scalar: return x + parameter;
        case Fn::mul_scalar: return x * parameter;
        case Fn::relu: return x < 0 ? 0 : x;  // NaN is not below 0 and stays
        case Fn::sigmoid: return sigmoid(x);
        case Fn::tanh: return std::tanh(x);
        case Fn::leaky_relu: return x > 0 ? x : x * parameter;
        case Fn::gelu: return gelu(x);
        default: fail(Code::other, "no such operation of one tensor");
    }
}

// d f(x) / dx. Where a function has a corner, PyTorch's choice: 0 for abs and relu at 0.
double derivative(Fn fn, double x, double parameter) {
    switch (fn) {
        case Fn::neg: return -1;
        case Fn::abs: return x > 0 ? 1 : x < 0 ? -1 : 0;
        case Fn::sqrt: return 0.5 / std::sqrt(x);
        case Fn::exp: return std::exp(x);
        case Fn::log: return 1 / x;
        case Fn::pow: return parameter == 0 ? 0 : parameter * power(x, parameter - 1);
        case Fn::add_scalar: return 1;
        case Fn::mul_scalar: return parameter;
        case Fn::relu: return x > 0 || std::isnan(x) ? 1 : 0;
        case Fn::sigmoid: return sigmoid(x) * (1 - sigmoid(x));
        case Fn::tanh: return 1 - std::tanh(x) * std::tanh(x);
        case Fn::leaky_relu: return x > 0 ? 1 : parameter;
        case Fn::gelu: return normal_cdf(x) + x * kInverseSqrt2Pi * std::exp(-0.5 * x * x);
        default: fail(Code::other, "no such operation of one tensor");
    }
}

}  // namespace

Values binary(Fn fn, const Values& a, const Values& b) {
    const Sizes sizes = broadcast(a.sizes, b.sizes);
    const Values x = expanded(a, sizes), y = expanded(b, sizes);
    Values out = zeros(a.dtype, sizes);
    for (int64_t i = 0; i < out.numel(); ++i) {
        if (out.is_whole())
            out.wholes[i] = whole_binary(fn, x.wholes[i], y.wholes[i]);
        else
            out.reals[i] = real_binary(fn, x.reals[i], y.reals[i]);
    }
    return out;
}

std::vector<Values> binary_gradient(Fn fn, const Values& a, const Values& b, const Values& grad) {
    const Values x = expanded(a, grad.sizes), y = expanded(b, grad.sizes);
    Values to_a = grad, to_b = grad;
    for (int64_t i = 0; i < grad.numel(); ++i) {
        const double g = grad.reals[i];
        switch (fn) {
            case Fn::add: break;
            case Fn::sub: to_b.reals[i] = -g; break;
            case Fn::mul:
                to_a.reals[i] = g * y.reals[i];
                to_b.reals[i] = g * x.reals[i];
                break;
            case Fn::div:
                to_a.reals[i] = g / y.reals[i];
                to_b.reals[i] = -g * x.reals[i] / (y.reals[i] * y.reals[i]);
                break;
            default: fail(Code::other, "no such operation of two tensors");
        }
    }
    return {summed_to(to_a, a.sizes), summed_to(to_b, b.sizes)};
}

Values unary(Fn fn, const Values& x, double parameter) {
    Values out = x;
    for (int64_t& v : out.wholes) v = whole_unary(fn, v);
    for (double& v : out.reals) v = real_unary(fn, v, parameter);
    return out;
}

Values unary_gradient(Fn fn, const Values& x, double parameter, const Values& grad) {
    Values to_x = grad;
    for (int64_t i = 0; i < x.numel(); ++i) to_x.reals[i] *= derivative(fn, x.reals[i], parameter);
    return to_x;
}

}  // namespace simple::reference

// Arithmetic, activations and dropout.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

int64_t with_scalar(Fn fn, int64_t handle, double scalar) {
    return unary(fn, handle, rules::to_floating, {{}, {scalar}, {}});
}

int64_t softmax(Fn fn, int64_t handle, int64_t dim) {
    return unary(fn, handle, [&](const Meta& x) { return rules::softmax(x, dim); }, {{dim}, {}, {}});
}

}  // namespace

int64_t rt_torch_torchtensor_add(int64_t a, int64_t b) { return binary(Fn::add, a, b, rules::add); }
int64_t rt_torch_torchtensor_sub(int64_t a, int64_t b) { return binary(Fn::sub, a, b, rules::add); }
int64_t rt_torch_torchtensor_mul(int64_t a, int64_t b) { return binary(Fn::mul, a, b, rules::add); }
int64_t rt_torch_torchtensor_div(int64_t a, int64_t b) { return binary(Fn::div, a, b, rules::div); }
int64_t rt_torch_torchtensor_pow(int64_t x, double exponent) { return with_scalar(Fn::pow, x, exponent); }
int64_t rt_torch_torchtensor_neg(int64_t x) { return unary(Fn::neg, x, rules::same); }
int64_t rt_torch_torchtensor_abs(int64_t x) { return unary(Fn::abs, x, rules::same); }
int64_t rt_torch_torchtensor_sqrt(int64_t x) { return unary(Fn::sqrt, x, rules::to_floating); }
int64_t rt_torch_torchtensor_exp(int64_t x) { return unary(Fn::exp, x, rules::to_floating); }
int64_t rt_torch_torchtensor_log(int64_t x) { return unary(Fn::log, x, rules::to_floating); }
int64_t rt_torch_torchtensor_add_scalar(int64_t x, double scalar) { return with_scalar(Fn::add_scalar, x, scalar); }
int64_t rt_torch_torchtensor_mul_scalar(int64_t x, double scalar) { return with_scalar(Fn::mul_scalar, x, scalar); }

int64_t rt_torch_torchtensor_relu(int64_t x) { return unary(Fn::relu, x, rules::same); }
int64_t rt_torch_torchtensor_sigmoid(int64_t x) { return unary(Fn::sigmoid, x, rules::to_floating); }
int64_t rt_torch_torchtensor_tanh(int64_t x) { return unary(Fn::tanh, x, rules::to_floating); }
int64_t rt_torch_torchtensor_gelu(int64_t x) { return unary(Fn::gelu, x, rules::floats_only); }
int64_t rt_torch_torchtensor_leaky_relu(int64_t handle, double negative_slope) {
    const auto rule = [&](const Meta& x) { return rules::leaky_relu(x, negative_slope); };
    return unary(Fn::leaky_relu, handle, rule, {{}, {negative_slope}, {}});
}
int64_t rt_torch_torchtensor_softmax(int64_t x, int64_t dim) { return softmax(Fn::softmax, x, dim); }
int64_t rt_torch_torchtensor_log_softmax(int64_t x, int64_t dim) { return softmax(Fn::log_softmax, x, dim); }

int64_t rt_torch_nn_dropout(int64_t input, double p, bool training) {
    return made_of(Fn::dropout, input, [&](const Tensor& x) {
        Meta meta = rules::dropout(x.meta, p, training);
        return rules::dropout_is_identity(x.meta, p, training)
                   ? viewed(Fn::dropout, x, std::move(meta))
                   : computed(Fn::dropout, {&x}, {{training}, {p}, {}}, std::move(meta));
    });
}

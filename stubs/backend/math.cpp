// Arithmetic, activations, linear algebra, reductions and losses.
#include "stubs/backend/boundary.h"

using namespace simple;
using namespace simple::stub;

namespace {

int64_t arithmetic(Fn fn, int64_t handle, int64_t other, Meta (*rule)(const Meta&, const Meta&), bool saves = true) {
    return binary_call(fn, handle, "handle", other, "other", rule, saves);
}

template <typename Check>
double number(Fn fn, int64_t handle, Check check) {
    return number_call(fn, [&] { check(tensor(handle)->meta); });
}

int64_t reduced(Fn fn, int64_t handle, int64_t dim, bool keepdim, Meta (*rule)(const Meta&, int64_t, bool),
                bool saves) {
    return unary_call(
        fn, handle, [&](const Meta& x) { return rule(x, dim, keepdim); }, saves);
}

int64_t softmax(Fn fn, int64_t handle, int64_t dim) {
    return unary_call(fn, handle, [&](const Meta& x) { return rules::softmax(x, dim); });
}

template <typename Rule>
SplArray* all_of(Fn fn, int64_t handle, Rule rule) {
    return call(fn, static_cast<SplArray*>(nullptr), [&] {
        const Pinned x = tensor(handle);
        std::vector<Tensor> results;
        for (const Meta& meta : rule(x->meta)) results.push_back(computed(meta, {&*x}));
        return handle_array(std::move(results));
    });
}

using LossRule = Meta (*)(const Meta&, const Meta&);

double loss_number(Fn fn, int64_t input, int64_t target, LossRule rule) {
    return number_call(fn, [&] {
        const Pinned x = tensor(input, "input"), y = tensor(target, "target");
        rule(x->meta, y->meta);
    });
}

// Classes take no gradient.
int64_t class_loss(Fn fn, int64_t input, int64_t target, LossRule rule, bool may_hold_probabilities) {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(input, "input"), y = tensor(target, "target");
        const Meta meta = rule(x->meta, y->meta);
        const bool differentiable = may_hold_probabilities && rules::holds_probabilities(x->meta, y->meta);
        return computed(meta, {&*x, differentiable ? &*y : nullptr});
    });
}

}  // namespace

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    return arithmetic(Fn::add, handle, other, rules::add, false);
}
int64_t rt_torch_torchtensor_sub(int64_t handle, int64_t other) {
    return arithmetic(Fn::sub, handle, other, rules::add, false);
}
int64_t rt_torch_torchtensor_mul(int64_t handle, int64_t other) {
    return arithmetic(Fn::mul, handle, other, rules::add);
}
int64_t rt_torch_torchtensor_div(int64_t handle, int64_t other) {
    return arithmetic(Fn::div, handle, other, rules::div);
}
int64_t rt_torch_torchtensor_pow(int64_t handle, double /*exponent*/) {
    return unary_call(Fn::pow, handle, rules::to_floating);
}
int64_t rt_torch_torchtensor_neg(int64_t handle) { return unary_call(Fn::neg, handle, rules::same, false); }
int64_t rt_torch_torchtensor_abs(int64_t handle) { return unary_call(Fn::abs, handle, rules::same); }
int64_t rt_torch_torchtensor_sqrt(int64_t handle) { return unary_call(Fn::sqrt, handle, rules::to_floating); }
int64_t rt_torch_torchtensor_exp(int64_t handle) { return unary_call(Fn::exp, handle, rules::to_floating); }
int64_t rt_torch_torchtensor_log(int64_t handle) { return unary_call(Fn::log, handle, rules::to_floating); }
int64_t rt_torch_torchtensor_add_scalar(int64_t handle, double /*scalar*/) {
    return unary_call(Fn::add_scalar, handle, rules::to_floating, false);
}
int64_t rt_torch_torchtensor_mul_scalar(int64_t handle, double /*scalar*/) {
    return unary_call(Fn::mul_scalar, handle, rules::to_floating, false);
}

int64_t rt_torch_torchtensor_relu(int64_t handle) { return unary_call(Fn::relu, handle, rules::same); }
int64_t rt_torch_torchtensor_sigmoid(int64_t handle) { return unary_call(Fn::sigmoid, handle, rules::to_floating); }
int64_t rt_torch_torchtensor_tanh(int64_t handle) { return unary_call(Fn::tanh, handle, rules::to_floating); }
int64_t rt_torch_torchtensor_gelu(int64_t handle) { return unary_call(Fn::gelu, handle, rules::floats_only); }
int64_t rt_torch_torchtensor_leaky_relu(int64_t handle, double negative_slope) {
    return unary_call(Fn::leaky_relu, handle, [&](const Meta& x) { return rules::leaky_relu(x, negative_slope); });
}
int64_t rt_torch_torchtensor_softmax(int64_t handle, int64_t dim) { return softmax(Fn::softmax, handle, dim); }
int64_t rt_torch_torchtensor_log_softmax(int64_t handle, int64_t dim) { return softmax(Fn::log_softmax, handle, dim); }

int64_t rt_torch_torchtensor_matmul(int64_t handle, int64_t other) {
    return arithmetic(Fn::matmul, handle, other, rules::matmul);
}
int64_t rt_torch_torchtensor_dot(int64_t handle, int64_t other) {
    return arithmetic(Fn::dot, handle, other, rules::dot);
}
double rt_torch_torchtensor_norm(int64_t handle) { return number(Fn::norm, handle, rules::check_floating); }
double rt_torch_torchtensor_det(int64_t handle) { return number(Fn::det, handle, rules::det); }
int64_t rt_torch_torchtensor_inverse(int64_t handle) { return unary_call(Fn::inverse, handle, rules::inverse); }
int64_t rt_torch_torchtensor_svd(int64_t handle) {
    return unary_call(Fn::svd, handle, [](const Meta& x) { return rules::svd(x)[0]; });
}
int64_t rt_torch_torchtensor_eig(int64_t handle) {
    return unary_call(Fn::eig, handle, [](const Meta& x) { return rules::eig(x)[0]; });
}
SplArray* rt_torch_torchtensor_svd_all(int64_t handle) { return all_of(Fn::svd_all, handle, rules::svd); }
SplArray* rt_torch_torchtensor_eig_all(int64_t handle) { return all_of(Fn::eig_all, handle, rules::eig); }

double rt_torch_torchtensor_sum(int64_t handle) {
    return number(Fn::sum, handle, [](const Meta&) {});
}
double rt_torch_torchtensor_mean(int64_t handle) { return number(Fn::mean, handle, rules::check_floating); }
double rt_torch_torchtensor_std(int64_t handle) { return number(Fn::std, handle, rules::check_floating); }
double rt_torch_torchtensor_var(int64_t handle) { return number(Fn::var, handle, rules::check_floating); }
double rt_torch_torchtensor_max(int64_t handle) { return number(Fn::max, handle, rules::check_not_empty); }
double rt_torch_torchtensor_min(int64_t handle) { return number(Fn::min, handle, rules::check_not_empty); }
int64_t rt_torch_torchtensor_sum_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::sum_dim, handle, dim, keepdim, rules::sum_dim, false);
}
int64_t rt_torch_torchtensor_mean_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::mean_dim, handle, dim, keepdim, rules::mean_dim, false);
}
int64_t rt_torch_torchtensor_max_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::max_dim, handle, dim, keepdim, rules::max_dim, true);
}
int64_t rt_torch_torchtensor_min_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::min_dim, handle, dim, keepdim, rules::max_dim, true);
}
int64_t rt_torch_torchtensor_argmax(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::argmax, handle, dim, keepdim, rules::argmax, false);
}
int64_t rt_torch_torchtensor_argmin(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::argmin, handle, dim, keepdim, rules::argmax, false);
}

double rt_torch_nn_mse_loss(int64_t input, int64_t target) {
    return loss_number(Fn::mse_loss, input, target, rules::mse_loss);
}
double rt_torch_nn_cross_entropy(int64_t input, int64_t target) {
    return loss_number(Fn::cross_entropy, input, target, rules::cross_entropy);
}
double rt_torch_nn_binary_cross_entropy(int64_t input, int64_t target) {
    return loss_number(Fn::binary_cross_entropy, input, target, rules::binary_cross_entropy);
}
double rt_torch_nn_nll_loss(int64_t input, int64_t target) {
    return loss_number(Fn::nll_loss, input, target, rules::nll_loss);
}
int64_t rt_torch_nn_mse_loss_tensor(int64_t input, int64_t target) {
    return binary_call(Fn::mse_loss_tensor, input, "input", target, "target", rules::mse_loss);
}
int64_t rt_torch_nn_cross_entropy_tensor(int64_t input, int64_t target) {
    return class_loss(Fn::cross_entropy_tensor, input, target, rules::cross_entropy, true);
}
int64_t rt_torch_nn_binary_cross_entropy_tensor(int64_t input, int64_t target) {
    return binary_call(Fn::binary_cross_entropy_tensor, input, "input", target, "target", rules::binary_cross_entropy);
}
int64_t rt_torch_nn_nll_loss_tensor(int64_t input, int64_t target) {
    return class_loss(Fn::nll_loss_tensor, input, target, rules::nll_loss, false);
}

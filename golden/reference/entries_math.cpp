// Entry points: arithmetic, activations, linear algebra, reductions and losses.
#include "golden/reference/boundary.h"

using namespace simple;
using namespace simple::reference;

namespace {

// fn of one tensor and a dim.
template <class Rule>
int64_t along(Fn fn, int64_t handle, int64_t dim, Rule rule) {
    return unary_call(fn, handle, {{dim}, {}}, [&](const Meta& x) { return rule(x, dim); });
}

// fn of one tensor, a dim and whether to keep it.
template <class Rule>
int64_t reduced(Fn fn, int64_t handle, int64_t dim, bool keepdim, Rule rule) {
    return unary_call(fn, handle, {{dim, keepdim}, {}}, [&](const Meta& x) { return rule(x, dim, keepdim); });
}

int64_t with_scalar(Fn fn, int64_t handle, double scalar) {
    return unary_call(fn, handle, {{}, {scalar}}, rules::to_floating);
}

template <class Check>
double number(Fn fn, int64_t handle, Check check) {
    return guarded_number(fn, [&] {
        const Pinned x = tensor(handle);
        check(x->meta);
        return compute_number(fn, {&*x});
    });
}

template <class Rule>
double loss_number(Fn fn, int64_t input, int64_t target, Rule rule) {
    return guarded_number(fn, [&] {
        const Pinned x = tensor(input, "input"), t = tensor(target, "target");
        rule(x->meta, t->meta);
        return compute_number(fn, {&*x, &*t});
    });
}

template <class Rule>
int64_t loss_tensor(Fn fn, int64_t input, int64_t target, Rule rule) {
    return binary_call(fn, input, "input", target, "target", rule);
}

template <class Rule>
SplArray* all_of(Fn fn, int64_t handle, Rule rule) {
    return guarded<SplArray*>(fn, nullptr, [&] {
        const Pinned x = tensor(handle);
        const auto metas = rule(x->meta);
        return array_of(compute(fn, {&*x}, {}, {metas.begin(), metas.end()}));
    });
}

}  // namespace

int64_t rt_torch_torchtensor_add(int64_t handle, int64_t other) {
    return binary_call(Fn::add, handle, "handle", other, "other", rules::add);
}
int64_t rt_torch_torchtensor_sub(int64_t handle, int64_t other) {
    return binary_call(Fn::sub, handle, "handle", other, "other", rules::add);
}
int64_t rt_torch_torchtensor_mul(int64_t handle, int64_t other) {
    return binary_call(Fn::mul, handle, "handle", other, "other", rules::add);
}
int64_t rt_torch_torchtensor_div(int64_t handle, int64_t other) {
    return binary_call(Fn::div, handle, "handle", other, "other", rules::div);
}
int64_t rt_torch_torchtensor_pow(int64_t handle, double exponent) { return with_scalar(Fn::pow, handle, exponent); }
int64_t rt_torch_torchtensor_neg(int64_t handle) { return unary_call(Fn::neg, handle, {}, rules::same); }
int64_t rt_torch_torchtensor_abs(int64_t handle) { return unary_call(Fn::abs, handle, {}, rules::same); }
int64_t rt_torch_torchtensor_sqrt(int64_t handle) { return unary_call(Fn::sqrt, handle, {}, rules::to_floating); }
int64_t rt_torch_torchtensor_exp(int64_t handle) { return unary_call(Fn::exp, handle, {}, rules::to_floating); }
int64_t rt_torch_torchtensor_log(int64_t handle) { return unary_call(Fn::log, handle, {}, rules::to_floating); }
int64_t rt_torch_torchtensor_add_scalar(int64_t handle, double scalar) {
    return with_scalar(Fn::add_scalar, handle, scalar);
}
int64_t rt_torch_torchtensor_mul_scalar(int64_t handle, double scalar) {
    return with_scalar(Fn::mul_scalar, handle, scalar);
}

int64_t rt_torch_torchtensor_relu(int64_t handle) { return unary_call(Fn::relu, handle, {}, rules::same); }
int64_t rt_torch_torchtensor_sigmoid(int64_t handle) { return unary_call(Fn::sigmoid, handle, {}, rules::to_floating); }
int64_t rt_torch_torchtensor_tanh(int64_t handle) { return unary_call(Fn::tanh, handle, {}, rules::to_floating); }
int64_t rt_torch_torchtensor_leaky_relu(int64_t handle, double negative_slope) {
    return unary_call(Fn::leaky_relu, handle, {{}, {negative_slope}},
                      [&](const Meta& x) { return rules::leaky_relu(x, negative_slope); });
}
int64_t rt_torch_torchtensor_gelu(int64_t handle) { return unary_call(Fn::gelu, handle, {}, rules::floats_only); }
int64_t rt_torch_torchtensor_softmax(int64_t handle, int64_t dim) {
    return along(Fn::softmax, handle, dim, rules::softmax);
}
int64_t rt_torch_torchtensor_log_softmax(int64_t handle, int64_t dim) {
    return along(Fn::log_softmax, handle, dim, rules::softmax);
}

int64_t rt_torch_torchtensor_matmul(int64_t handle, int64_t other) {
    return binary_call(Fn::matmul, handle, "handle", other, "other", rules::matmul);
}
int64_t rt_torch_torchtensor_dot(int64_t handle, int64_t other) {
    return binary_call(Fn::dot, handle, "handle", other, "other", rules::dot);
}
double rt_torch_torchtensor_norm(int64_t handle) { return number(Fn::norm, handle, rules::check_floating); }
double rt_torch_torchtensor_det(int64_t handle) { return number(Fn::det, handle, rules::det); }
int64_t rt_torch_torchtensor_inverse(int64_t handle) { return unary_call(Fn::inverse, handle, {}, rules::inverse); }
int64_t rt_torch_torchtensor_svd(int64_t handle) {
    return unary_call(Fn::svd, handle, {}, [](const Meta& x) { return rules::svd(x)[0]; });
}
int64_t rt_torch_torchtensor_eig(int64_t handle) {
    return unary_call(Fn::eig, handle, {}, [](const Meta& x) { return rules::eig(x)[0]; });
}
SplArray* rt_torch_torchtensor_svd_all(int64_t handle) { return all_of(Fn::svd_all, handle, rules::svd); }
SplArray* rt_torch_torchtensor_eig_all(int64_t handle) { return all_of(Fn::eig_all, handle, rules::eig); }

double rt_torch_torchtensor_sum(int64_t handle) {
    return number(Fn::sum, handle, [](const Meta&) {});
}
double rt_torch_torchtensor_mean(int64_t handle) { return number(Fn::mean, handle, rules::check_floating); }
double rt_torch_torchtensor_max(int64_t handle) { return number(Fn::max, handle, rules::check_not_empty); }
double rt_torch_torchtensor_min(int64_t handle) { return number(Fn::min, handle, rules::check_not_empty); }
double rt_torch_torchtensor_std(int64_t handle) { return number(Fn::std, handle, rules::check_floating); }
double rt_torch_torchtensor_var(int64_t handle) { return number(Fn::var, handle, rules::check_floating); }
int64_t rt_torch_torchtensor_sum_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::sum_dim, handle, dim, keepdim, rules::sum_dim);
}
int64_t rt_torch_torchtensor_mean_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::mean_dim, handle, dim, keepdim, rules::mean_dim);
}
int64_t rt_torch_torchtensor_max_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::max_dim, handle, dim, keepdim, rules::max_dim);
}
int64_t rt_torch_torchtensor_min_dim(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::min_dim, handle, dim, keepdim, rules::max_dim);
}
int64_t rt_torch_torchtensor_argmax(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::argmax, handle, dim, keepdim, rules::argmax);
}
int64_t rt_torch_torchtensor_argmin(int64_t handle, int64_t dim, bool keepdim) {
    return reduced(Fn::argmin, handle, dim, keepdim, rules::argmax);
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
    return loss_tensor(Fn::mse_loss_tensor, input, target, rules::mse_loss);
}
int64_t rt_torch_nn_cross_entropy_tensor(int64_t input, int64_t target) {
    return loss_tensor(Fn::cross_entropy_tensor, input, target, rules::cross_entropy);
}
int64_t rt_torch_nn_binary_cross_entropy_tensor(int64_t input, int64_t target) {
    return loss_tensor(Fn::binary_cross_entropy_tensor, input, target, rules::binary_cross_entropy);
}
int64_t rt_torch_nn_nll_loss_tensor(int64_t input, int64_t target) {
    return loss_tensor(Fn::nll_loss_tensor, input, target, rules::nll_loss);
}

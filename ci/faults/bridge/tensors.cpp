// Making tensors, arithmetic, linear algebra, reductions.
#include "ci/faults/bridge/bridge.h"

using namespace bridge;

extern "C" {

int64_t rt_torch_tensor_zeros(const SplArray* dims) { return keep(at::zeros(ints(dims))); }
int64_t rt_torch_tensor_ones(const SplArray* dims) { return keep(at::ones(ints(dims))); }
int64_t rt_torch_tensor_randn(const SplArray* dims) { return keep(at::randn(ints(dims))); }
int64_t rt_torch_tensor_rand(const SplArray* dims) { return keep(at::rand(ints(dims))); }
int64_t rt_torch_tensor_empty(const SplArray* dims) { return keep(at::empty(ints(dims))); }
int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return keep(at::full(ints(dims), value, at::kFloat));
}
int64_t rt_torch_tensor_arange(double start, double end, double step) {
    return keep(at::arange(start, end, step, at::kFloat));
}
int64_t rt_torch_tensor_linspace(double start, double end, int64_t steps) {
    return keep(at::linspace(start, end, steps));
}
int64_t rt_torch_tensor_eye(int64_t n) { return keep(at::eye(n)); }

// The payload of every element as a double, whatever its tag, and as many as the dims ask for.
int64_t rt_torch_tensor_from_data(const SplArray* data, const SplArray* dims) {
    at::Tensor tensor = at::empty(ints(dims), at::kDouble);
    for (int64_t i = 0; i < tensor.numel(); ++i)
        tensor.data_ptr<double>()[i] = i < data->len + 1 ? data->items[i].as_float : 0;
    return keep(tensor);
}

int64_t rt_torch_torchtensor_add(int64_t a, int64_t b) { return keep(get(a) + get(b)); }
int64_t rt_torch_torchtensor_sub(int64_t a, int64_t b) { return keep(get(a) - get(b)); }
int64_t rt_torch_torchtensor_mul(int64_t a, int64_t b) { return keep(get(a) * get(b)); }
int64_t rt_torch_torchtensor_div(int64_t a, int64_t b) { return keep(get(a) / get(b)); }
int64_t rt_torch_torchtensor_pow(int64_t a, double exponent) { return keep(at::pow(get(a), exponent)); }
int64_t rt_torch_torchtensor_neg(int64_t a) { return keep(-get(a)); }
int64_t rt_torch_torchtensor_abs(int64_t a) { return keep(at::abs(get(a))); }
int64_t rt_torch_torchtensor_sqrt(int64_t a) { return keep(at::sqrt(get(a))); }
int64_t rt_torch_torchtensor_exp(int64_t a) { return keep(at::exp(get(a))); }
int64_t rt_torch_torchtensor_log(int64_t a) { return keep(at::log(get(a))); }
int64_t rt_torch_torchtensor_add_scalar(int64_t a, double scalar) { return keep(get(a) + scalar); }
int64_t rt_torch_torchtensor_mul_scalar(int64_t a, double scalar) { return keep(get(a) * scalar); }
int64_t rt_torch_torchtensor_relu(int64_t a) { return keep(at::relu(get(a))); }
int64_t rt_torch_torchtensor_sigmoid(int64_t a) { return keep(at::sigmoid(get(a))); }
int64_t rt_torch_torchtensor_tanh(int64_t a) { return keep(at::tanh(get(a))); }
int64_t rt_torch_torchtensor_leaky_relu(int64_t a, double slope) { return keep(at::leaky_relu(get(a), slope)); }
int64_t rt_torch_torchtensor_gelu(int64_t a) { return keep(at::gelu(get(a))); }
int64_t rt_torch_torchtensor_softmax(int64_t a, int64_t dim) { return keep(at::softmax(get(a), dim)); }
int64_t rt_torch_torchtensor_log_softmax(int64_t a, int64_t dim) { return keep(at::log_softmax(get(a), dim)); }

int64_t rt_torch_torchtensor_matmul(int64_t a, int64_t b) { return keep(at::matmul(get(a), get(b))); }
int64_t rt_torch_torchtensor_dot(int64_t a, int64_t b) { return keep(at::dot(get(a), get(b))); }
int64_t rt_torch_torchtensor_transpose(int64_t a, int64_t i, int64_t j) { return keep(get(a).transpose(i, j)); }
int64_t rt_torch_torchtensor_t(int64_t a) { return keep(get(a).t()); }
double rt_torch_torchtensor_norm(int64_t a) { return at::norm(get(a)).item<double>(); }
double rt_torch_torchtensor_det(int64_t a) { return at::det(get(a)).item<double>(); }
int64_t rt_torch_torchtensor_inverse(int64_t a) { return keep(at::inverse(get(a))); }
int64_t rt_torch_torchtensor_svd(int64_t a) { return keep(std::get<0>(at::svd(get(a)))); }
int64_t rt_torch_torchtensor_eig(int64_t a) { return keep(at::real(at::linalg_eigvals(get(a)))); }

double rt_torch_torchtensor_sum(int64_t a) { return get(a).sum().item<double>(); }
double rt_torch_torchtensor_mean(int64_t a) { return get(a).mean().item<double>(); }
double rt_torch_torchtensor_max(int64_t a) { return get(a).max().item<double>(); }
double rt_torch_torchtensor_min(int64_t a) { return get(a).min().item<double>(); }
double rt_torch_torchtensor_std(int64_t a) { return at::std(get(a), true).item<double>(); }
double rt_torch_torchtensor_var(int64_t a) { return at::var(get(a), true).item<double>(); }
int64_t rt_torch_torchtensor_sum_dim(int64_t a, int64_t dim, bool keepdim) {
    return keep(at::sum(get(a), at::IntArrayRef(dim), keepdim));
}
int64_t rt_torch_torchtensor_mean_dim(int64_t a, int64_t dim, bool keepdim) {
    return keep(at::mean(get(a), at::IntArrayRef(dim), keepdim));
}
int64_t rt_torch_torchtensor_max_dim(int64_t a, int64_t dim, bool keepdim) {
    return keep(std::get<0>(at::max(get(a), dim, keepdim)));
}
int64_t rt_torch_torchtensor_min_dim(int64_t a, int64_t dim, bool keepdim) {
    return keep(std::get<0>(at::min(get(a), dim, keepdim)));
}
int64_t rt_torch_torchtensor_argmax(int64_t a, int64_t dim, bool keepdim) {
    return keep(dim < 0 ? at::argmax(get(a)) : at::argmax(get(a), dim, keepdim));
}
int64_t rt_torch_torchtensor_argmin(int64_t a, int64_t dim, bool keepdim) {
    return keep(dim < 0 ? at::argmin(get(a)) : at::argmin(get(a), dim, keepdim));
}

}  // extern "C"

// Shapes, indexing, layers, losses.
#include "ci/faults/bridge/bridge.h"

using namespace bridge;

namespace {

at::Tensor number(double value) { return at::scalar_tensor(value, at::kDouble); }

std::vector<int64_t> pair(const SplArray* array, std::vector<int64_t> otherwise) {
    const auto given = ints(array);
    return given.empty() ? std::move(otherwise) : given;
}

std::vector<at::Tensor> all_of(const SplArray* handles) {
    std::vector<at::Tensor> all;
    for (const int64_t handle : ints(handles)) all.push_back(get(handle));
    return all;
}

}  // namespace

extern "C" {

int64_t rt_torch_torchtensor_ndim(int64_t a) { return get(a).dim(); }
int64_t rt_torch_torchtensor_numel(int64_t a) { return get(a).numel(); }
SplArray* rt_torch_torchtensor_shape(int64_t a) { return array_of(get(a).sizes()); }
int64_t rt_torch_torchtensor_reshape(int64_t a, const SplArray* dims) { return keep(get(a).reshape(ints(dims))); }
int64_t rt_torch_torchtensor_view(int64_t a, const SplArray* dims) { return keep(get(a).clone().view(ints(dims))); }
int64_t rt_torch_torchtensor_permute(int64_t a, const SplArray* order) { return keep(get(a).permute(ints(order))); }
int64_t rt_torch_torchtensor_squeeze(int64_t a) { return keep(get(a).squeeze()); }
int64_t rt_torch_torchtensor_squeeze_dim(int64_t a, int64_t dim) { return keep(get(a).squeeze(dim)); }
int64_t rt_torch_torchtensor_unsqueeze(int64_t a, int64_t dim) { return keep(get(a).unsqueeze(dim)); }
int64_t rt_torch_torchtensor_flatten(int64_t a) { return keep(get(a).flatten()); }
int64_t rt_torch_torchtensor_contiguous(int64_t a) { return keep(get(a).contiguous()); }
int64_t rt_torch_torchtensor_slice(int64_t a, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return keep(at::slice(get(a), dim, start, end, step));
}
int64_t rt_torch_torchtensor_index_select(int64_t a, int64_t dim, int64_t indices) {
    return keep(at::index_select(get(a), dim, get(indices)));
}
int64_t rt_torch_torchtensor_gather(int64_t a, int64_t dim, int64_t indices) {
    return keep(at::gather(get(a), dim, get(indices)));
}
int64_t rt_torch_torchtensor_cat(const SplArray* handles, int64_t dim) { return keep(at::cat(all_of(handles), dim)); }
int64_t rt_torch_torchtensor_stack(const SplArray* handles, int64_t dim) {
    return keep(at::stack(all_of(handles), dim));
}
SplArray* rt_torch_torchtensor_chunk(int64_t a, int64_t chunks, int64_t dim) {
    std::vector<int64_t> handles;
    for (auto& part : at::chunk(get(a), chunks, dim)) handles.push_back(keep(part));
    return array_of(handles);
}

int64_t rt_torch_nn_conv2d(int64_t x, int64_t weight, int64_t bias, const SplArray* stride, const SplArray* padding,
                           const SplArray* dilation, int64_t groups) {
    return keep(at::conv2d(get(x), get(weight), bias ? get(bias) : at::Tensor(), pair(stride, {1, 1}),
                           pair(padding, {0, 0}), pair(dilation, {1, 1}), groups));
}
int64_t rt_torch_nn_max_pool2d(int64_t x, const SplArray* kernel, const SplArray* stride, const SplArray* padding) {
    return keep(at::max_pool2d(get(x), ints(kernel), ints(stride), pair(padding, {0, 0})));
}
int64_t rt_torch_nn_avg_pool2d(int64_t x, const SplArray* kernel, const SplArray* stride, const SplArray* padding) {
    return keep(at::avg_pool2d(get(x), ints(kernel), ints(stride), pair(padding, {0, 0})));
}
int64_t rt_torch_nn_batch_norm(int64_t x, int64_t mean, int64_t variance, int64_t weight, int64_t bias, bool training,
                               double momentum, double eps) {
    return keep(
        at::batch_norm(get(x), get(weight), get(bias), get(mean), get(variance), training, momentum, eps, false));
}
int64_t rt_torch_nn_layer_norm(int64_t x, const SplArray* shape, int64_t weight, int64_t bias, double eps) {
    return keep(at::layer_norm(get(x), ints(shape), get(weight), get(bias), eps));
}
int64_t rt_torch_nn_dropout(int64_t x, double p, bool training) { return keep(at::dropout(get(x), p, training)); }
int64_t rt_torch_nn_linear(int64_t x, int64_t weight, int64_t bias) {
    return keep(at::linear(get(x), get(weight), get(bias)));
}
int64_t rt_torch_nn_embedding(int64_t indices, int64_t weight) {
    return keep(at::embedding(get(weight), get(indices)));
}
double rt_torch_nn_mse_loss(int64_t x, int64_t target) { return at::mse_loss(get(x), get(target)).item<double>(); }
double rt_torch_nn_cross_entropy(int64_t x, int64_t target) {
    return at::cross_entropy_loss(get(x), get(target)).item<double>();
}
double rt_torch_nn_binary_cross_entropy(int64_t x, int64_t target) {
    return at::binary_cross_entropy(get(x), get(target)).item<double>();
}
double rt_torch_nn_nll_loss(int64_t x, int64_t target) {
    return (number(0) + at::nll_loss(get(x), get(target))).item<double>();
}

}  // extern "C"

// The shape rules: for each function what its arguments must be, and what the result is, elements apart.
//
// A rule takes what E4 puts after the handles, judges in E4's order (arrays and scalars, dims, dtypes, sizes, memory),
// throws a Fault with the contract's code, and else returns the result's Meta. Faults that only elements decide are not
// here. The stub and the reference run on these rules; the LibTorch backend asks them to name an error.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "impl/rules/meta.h"

namespace simple::rules {

// creation.cpp; every result is float32 but from_data's and from_i64_data's.
Meta created(const Dims& dims);  // zeros, ones, randn, rand, empty
Meta full(const Dims& dims, double value);
Meta from_data(int64_t data_count, const Dims& dims, DType dtype);  // float64 or int64
Meta arange(double start, double end, double step);
Meta linspace(double start, double end, int64_t steps);
Meta eye(int64_t n);
bool holds_float32(double value);  // finite and within float32's range, or not finite

// elementwise.cpp
Meta add(const Meta& a, const Meta& b);  // sub and mul alike
Meta div(const Meta& a, const Meta& b);
Meta same(const Meta& x);         // neg, abs, relu: the dtype stays
Meta to_floating(const Meta& x);  // sqrt, exp, pow, add_scalar, ...: int64 gives float32
Meta floats_only(const Meta& x);  // gelu, ...: int64 is code 4
Meta leaky_relu(const Meta& x, double negative_slope);
Meta softmax(const Meta& x, int64_t dim);
Meta dropout(const Meta& x, double p, bool training);  // x itself (its strides) where it is the identity
bool dropout_is_identity(const Meta& x, double p, bool training);
Meta cast(const Meta& x, DType dtype);  // to_float, ...; x itself where that is the dtype

// linalg.cpp
Meta matmul(const Meta& a, const Meta& b);
Meta dot(const Meta& a, const Meta& b);
void det(const Meta& x);
Meta inverse(const Meta& x);
std::array<Meta, 3> svd(const Meta& x);  // U, S, Vh
std::array<Meta, 4> eig(const Meta& x);  // eigenvalues (real, imaginary), eigenvectors (real, imaginary)

// reduction.cpp
void check_floating(const Meta& x);                                  // norm, mean, std, var: code 4
void check_floating_argument(const Meta& x, const char* parameter);  // the same of a tensor by another name
void check_not_empty(const Meta& x);                                 // max, min: code 3
Meta sum_dim(const Meta& x, int64_t dim, bool keepdim);
Meta mean_dim(const Meta& x, int64_t dim, bool keepdim);
Meta max_dim(const Meta& x, int64_t dim, bool keepdim);  // min_dim alike
Meta argmax(const Meta& x, int64_t dim, bool keepdim);   // argmin alike; int64

// view.cpp: results share the argument's storage, where not said otherwise.
Meta transpose(const Meta& x, int64_t dim0, int64_t dim1);
Meta t(const Meta& x);
Meta view(const Meta& x, const Dims& dims);
Meta reshape(const Meta& x, const Dims& dims, bool* copies);  // *copies: the result is fresh
Meta permute(const Meta& x, const Dims& order);
Meta squeeze(const Meta& x);
Meta squeeze_dim(const Meta& x, int64_t dim);
Meta unsqueeze(const Meta& x, int64_t dim);
Meta flatten(const Meta& x, bool* copies);
Meta slice(const Meta& x, int64_t dim, int64_t start, int64_t end, int64_t step);
// Of an empty dim as many pieces as asked for, up to this.
inline constexpr int64_t kMostEmptyChunks = int64_t{1} << 20;
inline constexpr int64_t kMostChunks = int64_t{1} << 24;
void check_chunk(const Meta& x, int64_t chunks, int64_t dim);
std::vector<Meta> chunk(const Meta& x, int64_t chunks, int64_t dim);

// indexing.cpp
Meta index_select(const Meta& x, int64_t dim, const Meta& indices);
Meta gather(const Meta& x, int64_t dim, const Meta& indices);
Meta cat(const std::vector<const Meta*>& tensors, int64_t dim);
Meta stack(const std::vector<const Meta*>& tensors, int64_t dim);
Meta embedding(const Meta& input, const Meta& weight);

// nn.cpp; optional tensors may be null.
using Pair = std::array<int64_t, 2>;  // height, width
struct Conv2d {
    Pair stride{1, 1}, padding{0, 0}, dilation{1, 1};
    int64_t groups = 1;
};
struct Pool2d {
    Pair kernel, stride, padding{0, 0};
};
Conv2d conv2d_parameters(const Dims& stride, const Dims& padding, const Dims& dilation, int64_t groups);
Pool2d pool2d_parameters(const Dims& kernel_size, const Dims& stride, const Dims& padding);
Meta conv2d(const Meta& input, const Meta& weight, const Meta* bias, const Conv2d& how);
Meta pool2d(const Meta& input, const Pool2d& how);
struct BatchNormArguments {
    const Meta* running_mean;
    const Meta* running_var;
    const Meta* weight;
    const Meta* bias;
    bool training;
    bool running_requires_grad;
};
Meta batch_norm(const Meta& input, const BatchNormArguments& arguments);
Meta layer_norm(const Meta& input, const Dims& normalized_shape, const Meta* weight, const Meta* bias);
Meta linear(const Meta& input, const Meta& weight, const Meta* bias);

// loss.cpp: the dtype of the 0-d result
Meta mse_loss(const Meta& input, const Meta& target);
Meta binary_cross_entropy(const Meta& input, const Meta& target);
Meta cross_entropy(const Meta& input, const Meta& target);
Meta nll_loss(const Meta& input, const Meta& target);
bool holds_probabilities(const Meta& input, const Meta& target);  // V3: cross_entropy's target

// threads.cpp
void check_threads(int64_t n);  // set_num_threads: code 2

}  // namespace simple::rules

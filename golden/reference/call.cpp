#include "golden/reference/call.h"

#include <algorithm>
#include <cmath>

#include "golden/reference/decompositions.h"
#include "golden/reference/elementwise.h"
#include "golden/reference/indexing.h"
#include "golden/reference/losses.h"
#include "golden/reference/matmul.h"
#include "golden/reference/normalization.h"
#include "golden/reference/random.h"
#include "golden/reference/reductions.h"
#include "golden/reference/windows.h"
#include "impl/errors/error.h"

namespace simple::reference {
namespace {

Role role(const Call& call, size_t k) { return tensor_param(call.fn, k).role; }

// Whether a tensor takes part in the call's arithmetic and so in its dtype; class probabilities do.
bool takes_part(const Call& call, size_t k) {
    if (role(call, k) == Role::target) return holds_probabilities(*call.tensors[0], *call.tensors[k]);
    return role(call, k) != Role::index;
}

bool raises_int64(Fn fn) {
    switch (fn) {
        case Fn::div:
        case Fn::pow:
        case Fn::sqrt:
        case Fn::exp:
        case Fn::log:
        case Fn::sigmoid:
        case Fn::tanh:
        case Fn::add_scalar:
        case Fn::mul_scalar: return true;
        default: return false;
    }
}

// int64 < float32 < float64, whatever the dims; running statistics follow the others.
DType common_dtype(const Call& call) {
    DType highest = raises_int64(call.fn) ? DType::f32 : DType::i64;
    for (size_t k = 0; k < call.tensors.size(); ++k) {
        if (!call.tensors[k] || !takes_part(call, k) || role(call, k) == Role::running) continue;
        highest = rules::promoted(highest, call.tensors[k]->dtype);
    }
    return highest;
}

void convert_arguments(Call& call) {
    const DType dtype = common_dtype(call);
    for (size_t k = 0; k < call.tensors.size(); ++k)
        if (call.tensors[k] && takes_part(call, k)) call.tensors[k] = converted(std::move(*call.tensors[k]), dtype);
}

const Values* optional_tensor(const Call& call, size_t k) { return call.tensors[k] ? &*call.tensors[k] : nullptr; }
Values* optional_tensor(Call& call, size_t k) { return call.tensors[k] ? &*call.tensors[k] : nullptr; }

Conv2d conv2d_of(const Call& call) {
    return rules::conv2d_parameters(call.lists[0], call.lists[1], call.lists[2], call.integers[0]);
}

Pool2d pool2d_of(const Call& call) { return rules::pool2d_parameters(call.lists[0], call.lists[1], call.lists[2]); }

BatchNorm batch_norm_of(const Call& call) { return {call.integers[0] != 0, call.numbers[0], call.numbers[1]}; }

// A scalar takes the tensor's dtype before it is used, as PyTorch has it.
double scalar(const Call& call) { return call.numbers.empty() ? 0 : rounded(call.numbers[0], call.tensors[0]->dtype); }

std::vector<Values> operands(const Call& call) {
    std::vector<Values> values;
    for (const auto& tensor : call.tensors) values.push_back(*tensor);
    return values;
}

Selection selection(const Call& call) {
    const Values& first = *call.tensors[0];
    std::vector<Sizes> sizes;
    switch (call.fn) {
        case Fn::index_select: return index_select(first.sizes, call.integers[0], *call.tensors[1]);
        case Fn::gather: return gather(first.sizes, call.integers[0], *call.tensors[1]);
        case Fn::embedding: return embedding(first, call.tensors[1]->sizes);
        default: break;
    }
    for (const auto& tensor : call.tensors) sizes.push_back(tensor->sizes);
    return call.fn == Fn::cat ? cat(sizes, call.integers[0]) : stack(sizes, call.integers[0]);
}

std::vector<Values> results(Call& call) {
    const Values& x = *call.tensors[0];
    switch (call.fn) {
        case Fn::add:
        case Fn::sub:
        case Fn::mul:
        case Fn::div: return {binary(call.fn, x, *call.tensors[1])};
        case Fn::matmul:
        case Fn::dot: return {matmul(x, *call.tensors[1])};
        case Fn::linear: return {linear(x, *call.tensors[1], optional_tensor(call, 2))};
        case Fn::inverse: return {inverse(x)};
        case Fn::svd: return {svd(x)[0]};
        case Fn::svd_all: return svd(x);
        case Fn::eig: return {eig(x)[0]};
        case Fn::eig_all: return eig(x);
        case Fn::softmax:
        case Fn::log_softmax: return {softmax(call.fn, x, call.integers[0])};
        case Fn::sum_dim:
        case Fn::mean_dim:
        case Fn::max_dim:
        case Fn::min_dim:
        case Fn::argmax:
        case Fn::argmin: return {reduce_dim(call.fn, x, call.integers[0], call.integers[1] != 0)};
        case Fn::index_select:
        case Fn::gather: return {select(selection(call), {x})};
        case Fn::embedding: return {select(selection(call), {*call.tensors[1]})};
        case Fn::cat:
        case Fn::stack: return {select(selection(call), operands(call))};
        case Fn::conv2d: return {conv2d(x, *call.tensors[1], optional_tensor(call, 2), conv2d_of(call))};
        case Fn::max_pool2d: return {max_pool2d(x, pool2d_of(call))};
        case Fn::avg_pool2d: return {avg_pool2d(x, pool2d_of(call))};
        case Fn::layer_norm:
            return {layer_norm(x, count(call.lists[0]), optional_tensor(call, 1), optional_tensor(call, 2),
                               call.numbers[0])};
        case Fn::dropout:
            call.mask = dropout_mask(DType::f64, x.sizes, call.numbers[0]);
            return {binary(Fn::mul, x, call.mask)};
        case Fn::mse_loss_tensor:
        case Fn::cross_entropy_tensor:
        case Fn::binary_cross_entropy_tensor:
        case Fn::nll_loss_tensor: return {loss(call.fn, x, *call.tensors[1])};
        default: return {unary(call.fn, x, scalar(call))};
    }
}

// The statistics move in copies; those of the call stay as they were for the gradient.
std::vector<Values> batch_norm_results(const Call& call) {
    Call moving = call;
    std::vector<Values> out{batch_norm(*moving.tensors[0], optional_tensor(moving, 1), optional_tensor(moving, 2),
                                       optional_tensor(moving, 3), optional_tensor(moving, 4), batch_norm_of(call))};
    for (size_t k : {1, 2})
        if (moving.tensors[k] && batch_norm_of(call).training) out.push_back(*moving.tensors[k]);
    return out;
}

// In the order of the call's tensors; those without a gradient may be missing at the end.
std::vector<Values> gradients(const Call& call, const std::vector<const Values*>& grads) {
    const Values& x = *call.tensors[0];
    if (call.fn == Fn::svd_all) return {svd_gradient(x, grads[0], grads[1], grads[2])};
    if (call.fn == Fn::eig_all) return {eig_gradient(x, grads)};
    const Values& g = *grads[0];
    switch (call.fn) {
        case Fn::add:
        case Fn::sub:
        case Fn::mul:
        case Fn::div: return binary_gradient(call.fn, x, *call.tensors[1], g);
        case Fn::matmul:
        case Fn::dot: return matmul_gradient(x, *call.tensors[1], g);
        case Fn::linear: return linear_gradient(x, *call.tensors[1], g);
        case Fn::inverse: return {inverse_gradient(x, g)};
        case Fn::svd: return {svd_gradient(x, &g, nullptr, nullptr)};
        case Fn::eig: return {eig_gradient(x, {&g, nullptr, nullptr, nullptr})};
        case Fn::softmax:
        case Fn::log_softmax: return {softmax_gradient(call.fn, x, call.integers[0], g)};
        case Fn::sum_dim:
        case Fn::mean_dim:
        case Fn::max_dim:
        case Fn::min_dim: return {reduce_dim_gradient(call.fn, x, call.integers[0], g)};
        case Fn::index_select:
        case Fn::gather: return select_gradient(selection(call), {x}, g);
        case Fn::embedding: return {x, select_gradient(selection(call), {*call.tensors[1]}, g)[0]};
        case Fn::cat:
        case Fn::stack: return select_gradient(selection(call), operands(call), g);
        case Fn::conv2d: return conv2d_gradient(x, *call.tensors[1], conv2d_of(call), g);
        case Fn::max_pool2d: return {max_pool2d_gradient(x, pool2d_of(call), g)};
        case Fn::avg_pool2d: return {avg_pool2d_gradient(x, pool2d_of(call), g)};
        case Fn::batch_norm: {
            const std::vector<Values> of = batch_norm_gradient(x, optional_tensor(call, 1), optional_tensor(call, 2),
                                                               optional_tensor(call, 3), batch_norm_of(call), g);
            return {of[0], Values{}, Values{}, of[1], of[2]};
        }
        case Fn::layer_norm:
            return layer_norm_gradient(x, count(call.lists[0]), optional_tensor(call, 1), call.numbers[0], g);
        case Fn::dropout: return {binary(Fn::mul, g, call.mask)};
        case Fn::mse_loss_tensor:
        case Fn::cross_entropy_tensor:
        case Fn::binary_cross_entropy_tensor:
        case Fn::nll_loss_tensor: return loss_gradient(call.fn, x, *call.tensors[1], g.reals[0]);
        default: return {unary_gradient(call.fn, x, scalar(call), g)};
    }
}

bool passes_gradient(const Call& call, size_t k) {
    return call.tensors[k] && !call.tensors[k]->is_whole() && takes_part(call, k) && role(call, k) != Role::running;
}

}  // namespace

std::vector<Values> evaluate(Call& call) {
    convert_arguments(call);
    std::vector<Values> values = call.fn == Fn::batch_norm ? batch_norm_results(call) : results(call);
    for (Values& v : values) v = rounded(std::move(v));
    return values;
}

double evaluate_number(Call& call) {
    convert_arguments(call);
    const Values& x = *call.tensors[0];
    switch (call.fn) {
        case Fn::det: return determinant(x);
        case Fn::mse_loss:
        case Fn::cross_entropy:
        case Fn::binary_cross_entropy:
        case Fn::nll_loss: return rounded(loss(call.fn, x, *call.tensors[1]).reals[0], x.dtype);
        default: return reduce_all(call.fn, x);
    }
}

std::vector<std::optional<Values>> differentiate(const Call& call, const std::vector<const Values*>& grads) {
    std::vector<Values> of = gradients(call, grads);
    std::vector<std::optional<Values>> out(call.tensors.size());
    for (size_t k = 0; k < out.size() && k < of.size(); ++k) {
        if (passes_gradient(call, k)) out[k] = reshaped(std::move(of[k]), call.tensors[k]->sizes);
    }
    return out;
}

}  // namespace simple::reference

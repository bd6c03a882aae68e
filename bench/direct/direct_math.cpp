// Arithmetic, activations, linear algebra, reductions, called directly.
#include "bench/direct/direct_call.h"

namespace simple::direct {
namespace {

at::Tensor floated(const at::Tensor& x) { return x.is_floating_point() ? x : x.to(at::kFloat); }

double number(const at::Tensor& x) { return x.item().toDouble(); }

DirectCall direct_pair(Fn fn, const Given& g) {
    const std::vector<at::Tensor> xy = promoted({g.tensor(0), g.tensor(1)});
    const at::Tensor &x = xy[0], &y = xy[1];
    switch (fn) {
        case Fn::add: return made_by([x, y] { return at::add(x, y); });
        case Fn::sub: return made_by([x, y] { return at::sub(x, y); });
        case Fn::mul: return made_by([x, y] { return at::mul(x, y); });
        case Fn::div: return made_by([x, y] { return at::div(x, y); });
        case Fn::matmul: return made_by([x, y] { return at::matmul(x, y); });
        default: return made_by([x, y] { return at::dot(x, y); });
    }
}

DirectCall direct_unary(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::pow: return made_by([x = floated(x), e = g.number(1)] { return at::pow(x, e); });
        case Fn::neg: return made_by([x] { return at::neg(x); });
        case Fn::abs: return made_by([x] { return at::abs(x); });
        case Fn::sqrt: return made_by([x] { return at::sqrt(x); });
        case Fn::exp: return made_by([x] { return at::exp(x); });
        case Fn::log: return made_by([x] { return at::log(x); });
        case Fn::add_scalar: return made_by([x = floated(x), s = g.number(1)] { return at::add(x, s); });
        case Fn::mul_scalar: return made_by([x = floated(x), s = g.number(1)] { return at::mul(x, s); });
        case Fn::relu: return made_by([x] { return at::relu(x); });
        case Fn::sigmoid: return made_by([x] { return at::sigmoid(x); });
        case Fn::tanh: return made_by([x] { return at::tanh(x); });
        case Fn::leaky_relu: return made_by([x, s = g.number(1)] { return at::leaky_relu(x, s); });
        case Fn::gelu: return made_by([x] { return at::gelu(x); });
        case Fn::softmax: return made_by([x, d = g.integer(1)] { return at::softmax(x, d); });
        default: return made_by([x, d = g.integer(1)] { return at::log_softmax(x, d); });
    }
}

// Factors come column by column from LAPACK, and parts of complex numbers interleaved: the contract wants them
// row-major (H7).
DirectCall direct_linalg(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::norm: return made_by([x] { return number(at::norm(x)); });
        case Fn::det: return made_by([x] { return number(at::linalg_det(x)); });
        case Fn::inverse: return made_by([x] { return at::linalg_inv(x).contiguous(); });
        case Fn::svd:
            return made_by([x] { return std::get<0>(at::linalg_svd(x, /*full_matrices=*/false)).contiguous(); });
        case Fn::svd_all:
            return made_by([x] {
                const auto [u, s, vh] = at::linalg_svd(x, false);
                return std::vector<at::Tensor>{u.contiguous(), s.contiguous(), vh.contiguous()};
            });
        case Fn::eig: return made_by([x] { return at::real(at::linalg_eigvals(x)).contiguous(); });
        default:
            return made_by([x] {
                const auto [values, vectors] = at::linalg_eig(x);
                return std::vector<at::Tensor>{at::real(values).contiguous(), at::imag(values).contiguous(),
                                               at::real(vectors).contiguous(), at::imag(vectors).contiguous()};
            });
    }
}

DirectCall direct_whole_reduction(Fn fn, const at::Tensor& x) {
    switch (fn) {
        case Fn::sum: return made_by([x] { return number(at::sum(x)); });
        case Fn::mean: return made_by([x] { return number(at::mean(x)); });
        case Fn::max: return made_by([x] { return number(at::max(x)); });
        case Fn::min: return made_by([x] { return number(at::min(x)); });
        case Fn::std: return made_by([x] { return number(x.std(/*unbiased=*/true)); });
        default: return made_by([x] { return number(x.var(/*unbiased=*/true)); });
    }
}

DirectCall direct_reduction(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    if (function(fn).param_count == 1) return direct_whole_reduction(fn, x);
    const int64_t dim = g.integer(1);
    const bool keepdim = g.flag(2);
    switch (fn) {
        case Fn::sum_dim: return made_by([=] { return at::sum(x, {dim}, keepdim); });
        case Fn::mean_dim: return made_by([=] { return at::mean(x, {dim}, keepdim); });
        case Fn::max_dim: return made_by([=] { return std::get<0>(at::max(x, dim, keepdim)); });
        case Fn::min_dim: return made_by([=] { return std::get<0>(at::min(x, dim, keepdim)); });
        case Fn::argmax: return made_by([=] { return at::argmax(x, dim, keepdim); });
        default: return made_by([=] { return at::argmin(x, dim, keepdim); });
    }
}

}  // namespace

DirectCall direct_math(Fn fn, const Given& g) {
    const std::string_view category = function(fn).category;
    if (category == "reduction") return direct_reduction(fn, g);
    switch (fn) {
        case Fn::add:
        case Fn::sub:
        case Fn::mul:
        case Fn::div:
        case Fn::matmul:
        case Fn::dot: return direct_pair(fn, g);
        default: return category == "linalg" ? direct_linalg(fn, g) : direct_unary(fn, g);
    }
}

}  // namespace simple::direct

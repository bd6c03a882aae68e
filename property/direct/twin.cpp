#include "property/direct/twin.h"

#include <c10/core/GradMode.h>

#include <algorithm>
#include <limits>

namespace simple::direct {

at::Tensor Given::tensor(size_t at) const {
    for (const Ref& ref : step_.refs)
        if (ref.argument == at && ref.element < 0) return before_[ref.step].tensors[static_cast<size_t>(ref.result)];
    return {};
}

std::vector<at::Tensor> Given::tensors(size_t at) const {
    std::vector<at::Tensor> list(std::get<Array>(step_.args[at]).items.size());
    for (const Ref& ref : step_.refs)
        if (ref.argument == at)
            list[static_cast<size_t>(ref.element)] = before_[ref.step].tensors[static_cast<size_t>(ref.result)];
    return list;
}

std::vector<double> Given::numbers(size_t at) const {
    std::vector<double> values;
    for (const SplValue& item : std::get<Array>(step_.args[at]).items)
        values.push_back(item.tag == SPL_FLOAT ? item.as_float : static_cast<double>(item.as_int));
    return values;
}

std::vector<int64_t> Given::ints(size_t at) const {
    std::vector<int64_t> values;
    for (const SplValue& item : std::get<Array>(step_.args[at]).items)
        values.push_back(item.tag == SPL_FLOAT ? static_cast<int64_t>(item.as_float) : item.as_int);
    return values;
}

at::ScalarType higher(at::ScalarType a, at::ScalarType b) {
    if (a == at::kDouble || b == at::kDouble) return at::kDouble;
    return a == at::kFloat || b == at::kFloat ? at::kFloat : at::kLong;
}

std::vector<at::Tensor> promoted(const std::vector<at::Tensor>& tensors) {
    at::ScalarType dtype = at::kLong;
    for (const at::Tensor& x : tensors)
        if (x.defined()) dtype = higher(dtype, x.scalar_type());
    std::vector<at::Tensor> converted;
    for (const at::Tensor& x : tensors) converted.push_back(x.defined() ? x.to(dtype) : x);
    return converted;
}

at::Tensor as_index(const at::Tensor& x) { return x.to(at::kLong); }

Result number(const at::Tensor& x) {
    Result result;
    result.number = x.detach().item().toDouble();
    return result;
}

namespace {

Result many(std::vector<at::Tensor> tensors) {
    Result result;
    result.tensors = std::move(tensors);
    return result;
}

Result integer(int64_t value) {
    Result result;
    result.integer = value;
    return result;
}

template <typename T>
Result items(const T* values, int64_t count) {
    Result result;
    for (int64_t i = 0; i < count; i++) result.items.push_back(static_cast<double>(values[i]));
    return result;
}

at::Tensor floated(const at::Tensor& x) { return x.is_floating_point() ? x : x.to(at::kFloat); }

template <typename T>
at::Tensor filled(at::ScalarType dtype, const std::vector<T>& values, const std::vector<int64_t>& dims) {
    at::Tensor x = at::empty(dims, dtype);
    std::copy(values.begin(), values.end(), static_cast<T*>(x.data_ptr()));
    return x;
}

// A bound of slice that counts from the end where negative, brought into reach: LibTorch takes some extremes for none.
int64_t reachable(int64_t bound, int64_t size) { return std::max(-size, std::min(bound, size)); }

Result run_creation(Fn fn, const Given& g) {
    switch (fn) {
        case Fn::zeros: return one(at::zeros(g.ints(0), at::kFloat));
        case Fn::ones: return one(at::ones(g.ints(0), at::kFloat));
        case Fn::randn: return one(at::randn(g.ints(0), at::kFloat));
        case Fn::rand: return one(at::rand(g.ints(0), at::kFloat));
        case Fn::empty: return one(at::empty(g.ints(0), at::kFloat));
        case Fn::full: return one(at::full(g.ints(0), g.number(1), at::kFloat));
        case Fn::from_data: return one(filled(at::kDouble, g.numbers(0), g.ints(1)));
        case Fn::from_i64_data: return one(filled(at::kLong, g.ints(0), g.ints(1)));
        case Fn::arange: return one(at::arange(g.number(0), g.number(1), g.number(2), at::kFloat));
        case Fn::linspace: return one(at::linspace(g.number(0), g.number(1), g.integer(2), at::kFloat));
        default: return one(at::eye(g.integer(0), at::kFloat));
    }
}

Result run_pair(Fn fn, const Given& g) {
    const std::vector<at::Tensor> xy = promoted({g.tensor(0), g.tensor(1)});
    switch (fn) {
        case Fn::add: return one(at::add(xy[0], xy[1]));
        case Fn::sub: return one(at::sub(xy[0], xy[1]));
        case Fn::mul: return one(at::mul(xy[0], xy[1]));
        case Fn::div: return one(at::div(xy[0], xy[1]));
        case Fn::matmul: return one(at::matmul(xy[0], xy[1]));
        default: return one(at::dot(xy[0], xy[1]));
    }
}

Result run_unary(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::pow: return one(at::pow(floated(x), g.number(1)));
        case Fn::neg: return one(at::neg(x));
        case Fn::abs: return one(at::abs(x));
        case Fn::sqrt: return one(at::sqrt(x));
        case Fn::exp: return one(at::exp(x));
        case Fn::log: return one(at::log(x));
        case Fn::add_scalar: return one(at::add(floated(x), g.number(1)));
        case Fn::mul_scalar: return one(at::mul(floated(x), g.number(1)));
        case Fn::relu: return one(at::relu(x));
        case Fn::sigmoid: return one(at::sigmoid(x));
        case Fn::tanh: return one(at::tanh(x));
        case Fn::leaky_relu: return one(at::leaky_relu(x, g.number(1)));
        case Fn::gelu: return one(at::gelu(x));
        case Fn::softmax: return one(at::softmax(x, g.integer(1)));
        default: return one(at::log_softmax(x, g.integer(1)));
    }
}

Result run_linalg(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::norm: return number(at::norm(x));
        case Fn::det: return number(at::linalg_det(x));
        case Fn::inverse: return one(at::linalg_inv(x));
        case Fn::svd: return one(std::get<0>(at::linalg_svd(x, /*full_matrices=*/false)));
        case Fn::svd_all: {
            const auto [u, s, v] = at::linalg_svd(x, false);
            return many({u, s, v});
        }
        case Fn::eig: return one(at::real(at::linalg_eigvals(x)));
        default: {
            const auto [values, vectors] = at::linalg_eig(x);
            return many({at::real(values), at::imag(values), at::real(vectors), at::imag(vectors)});
        }
    }
}

Result run_reduction(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::sum: return number(at::sum(x));
        case Fn::mean: return number(at::mean(x));
        case Fn::max: return number(at::max(x));
        case Fn::min: return number(at::min(x));
        case Fn::std: return number(x.std(/*unbiased=*/true));
        case Fn::var: return number(x.var(/*unbiased=*/true));
        default: break;
    }
    const int64_t dim = g.integer(1);
    const bool keepdim = g.flag(2);
    switch (fn) {
        case Fn::sum_dim: return one(at::sum(x, {dim}, keepdim));
        case Fn::mean_dim: return one(at::mean(x, {dim}, keepdim));
        case Fn::max_dim: return one(std::get<0>(at::max(x, dim, keepdim)));
        case Fn::min_dim: return one(std::get<0>(at::min(x, dim, keepdim)));
        case Fn::argmax: return one(at::argmax(x, dim, keepdim));
        default: return one(at::argmin(x, dim, keepdim));
    }
}

Result run_shape(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::ndim: return integer(x.dim());
        case Fn::numel: return integer(x.numel());
        case Fn::shape: return items(x.sizes().data(), x.dim());
        case Fn::reshape: return one(at::reshape(x, g.ints(1)));
        case Fn::view: return one(x.view(g.ints(1)));
        case Fn::permute: return one(at::permute(x, g.ints(1)));
        case Fn::transpose: return one(at::transpose(x, g.integer(1), g.integer(2)));
        case Fn::t: return one(at::t(x));
        case Fn::squeeze: return one(at::squeeze(x));
        case Fn::squeeze_dim: return one(at::squeeze(x, g.integer(1)));
        case Fn::unsqueeze: return one(at::unsqueeze(x, g.integer(1)));
        case Fn::flatten: return one(at::flatten(x));
        case Fn::contiguous: return one(x.contiguous());
        case Fn::chunk: return many(at::chunk(x, g.integer(1), g.integer(2)));
        default: {
            const int64_t dim = g.integer(1), size = x.size(dim);
            return one(at::slice(x, dim, reachable(g.integer(2), size), reachable(g.integer(3), size),
                                 std::min(g.integer(4), std::max<int64_t>(size, 1))));
        }
    }
}

Result run_indexing(Fn fn, const Given& g) {
    switch (fn) {
        case Fn::index_select: return one(at::index_select(g.tensor(0), g.integer(1), as_index(g.tensor(2))));
        case Fn::gather: return one(at::gather(g.tensor(0), g.integer(1), as_index(g.tensor(2))));
        case Fn::cat: return one(at::cat(promoted(g.tensors(0)), g.integer(1)));
        default: return one(at::stack(promoted(g.tensors(0)), g.integer(1)));
    }
}

Result run_data(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::clone: return one(x.clone(at::MemoryFormat::Contiguous));
        case Fn::cpu: return one(x.cpu());
        case Fn::is_cuda: return integer(x.is_cuda());
        case Fn::device: return integer(x.is_cuda() ? x.get_device() : -1);
        case Fn::to_float: return one(x.to(at::kDouble));
        case Fn::to_float32: return one(x.to(at::kFloat));
        case Fn::to_int: return one(x.to(at::kLong));
        case Fn::dtype: return integer(x.scalar_type() == at::kFloat ? 1 : x.scalar_type() == at::kDouble ? 2 : 3);
        default: {
            const at::Tensor values = x.detach().to(at::kDouble).contiguous();
            return items(static_cast<const double*>(values.data_ptr()), values.numel());
        }
    }
}

Result run_autograd(Fn fn, const Given& g) {
    at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::set_requires_grad: x.set_requires_grad(g.flag(1)); return {};
        case Fn::requires_grad: return integer(x.requires_grad());
        case Fn::grad: return x.is_leaf() && x.grad().defined() ? one(x.grad().detach()) : Result();
        case Fn::backward: x.backward(); return {};
        case Fn::zero_grad:
            if (x.grad().defined()) x.mutable_grad().zero_();
            return {};
        default: return one(x.detach());
    }
}

bool is_view(Fn fn) {  // H7
    switch (fn) {
        case Fn::view:
        case Fn::transpose:
        case Fn::t:
        case Fn::permute:
        case Fn::squeeze:
        case Fn::squeeze_dim:
        case Fn::unsqueeze:
        case Fn::slice:
        case Fn::chunk:
        case Fn::detach:
        case Fn::grad:
        case Fn::reshape:
        case Fn::flatten:
        case Fn::contiguous:
        case Fn::cpu: return true;
        default: return false;
    }
}

Result dispatch(Fn fn, const Given& given) {
    const std::string_view category = function(fn).category;
    if (fn == Fn::available) return integer(1);
    if (fn == Fn::cuda_available) return integer(at::hasCUDA());
    if (fn == Fn::from_i64_data || category == "creation") return run_creation(fn, given);
    if (fn == Fn::transpose || fn == Fn::t || fn == Fn::slice || fn == Fn::chunk || category == "shape")
        return run_shape(fn, given);
    if (fn == Fn::matmul || fn == Fn::dot) return run_pair(fn, given);
    if (fn == Fn::add || fn == Fn::sub || fn == Fn::mul || fn == Fn::div) return run_pair(fn, given);
    if (category == "arithmetic" || category == "activation") return run_unary(fn, given);
    if (category == "linalg") return run_linalg(fn, given);
    if (category == "reduction") return run_reduction(fn, given);
    if (category == "indexing") return run_indexing(fn, given);
    if (category == "autograd") return run_autograd(fn, given);
    if (category == "device" || category == "data") return run_data(fn, given);
    return run_nn(fn, given);
}

}  // namespace

const Result& Twin::run(const Step& step) {
    const Given given(step, results_);
    Result result;
    if (step.fn == Fn::free) {
        for (const Ref& ref : step.refs) results_[ref.step].tensors[static_cast<size_t>(ref.result)].reset();
    } else if (step.fn == Fn::no_grad_begin) {
        no_grad_depth_++;
        at::GradMode::set_enabled(false);
    } else if (step.fn == Fn::no_grad_end) {
        if (--no_grad_depth_ == 0) at::GradMode::set_enabled(true);
    } else {
        result = dispatch(step.fn, given);
    }
    for (at::Tensor& x : result.tensors) {
        const bool is_argument = std::any_of(step.refs.begin(), step.refs.end(), [&](const Ref& ref) {
            return x.is_same(results_[ref.step].tensors[static_cast<size_t>(ref.result)]);
        });
        // A handle of its own, not another name of an argument (H1, H6); what is no view is row-major (H7).
        if (is_argument)
            x = at::alias(x);
        else if (!is_view(step.fn))
            x = x.contiguous();
    }
    results_.push_back(std::move(result));
    return results_.back();
}

Twin::~Twin() {
    if (no_grad_depth_ > 0) at::GradMode::set_enabled(true);
}

std::string without_twin(Fn fn) {
    const std::string_view category = function(fn).category;
    if (category == "error" || category == "introspection") return "what the layer itself keeps";
    if (category == "stream" || category == "memory") return fn == Fn::free ? "" : "needs a CUDA device";
    if (fn == Fn::cuda || fn == Fn::to_stream) return "needs a CUDA device";
    if (fn == Fn::manual_seed || fn == Fn::set_num_threads) return "called around every case";
    if (fn == Fn::version) return "text that the layer puts together";
    if (fn == Fn::empty) return "its elements are not specified";
    return "";
}

}  // namespace simple::direct

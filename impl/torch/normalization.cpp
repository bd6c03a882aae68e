// Normalization, dropout and the linear layer. Judged before the call: LibTorch's versions differ in what they accept.
#include <optional>

#include "impl/abi/rt_torch.h"
#include "impl/torch/copies.h"
#include "impl/torch/lossless.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

// An optional tensor, its Meta and its conversion.
struct Optional {
    PinnedTensor pin;
    mutable std::optional<rules::Meta> shape;  // once a rule asked

    Optional(int64_t handle, const char* parameter) : pin(pinned_or_none(handle, parameter)) {}
    explicit operator bool() const { return static_cast<bool>(pin); }
    const rules::Meta* rule_argument() const { return pin ? &shape.emplace(meta(*pin)) : nullptr; }
    // Contiguous: batch_norm's gradient on LibTorch 1.13 reads a strided weight as if it were.
    at::Tensor as(at::ScalarType dtype) const { return pin ? as_type(*pin, dtype).contiguous() : at::Tensor(); }
    at::ScalarType raise(at::ScalarType dtype) const { return pin ? promoted(dtype, pin->scalar_type()) : dtype; }
    bool has_sizes(at::IntArrayRef sizes) const { return !pin || pin->sizes() == sizes; }
    void check_device(const at::Tensor& x) const {
        if (pin) check_one_device(x, *pin);
    }
};

// Whether x, which is of floats, surely can be normalized over its last dims, which have this shape.
bool ends_with(const at::Tensor& x, at::IntArrayRef shape) {
    const at::IntArrayRef sizes = x.sizes();
    return x.is_floating_point() && is_small(x.numel()) && !shape.empty() && shape.size() <= sizes.size() &&
           sizes.slice(sizes.size() - shape.size()) == shape;
}

// Whether the rule surely takes these of batch_norm: two statistics, and a number for each channel.
bool fit_channels(const at::Tensor& x, const Optional& mean, const Optional& var, const Optional& w,
                  const Optional& b) {
    if (!x.is_floating_point() || x.dim() < 2 || !is_small(x.numel()) || !mean || !var) return false;
    if (!mean.pin->is_floating_point() || !var.pin->is_floating_point()) return false;
    const at::IntArrayRef channels = x.sizes().slice(1, 1);
    return mean.has_sizes(channels) && var.has_sizes(channels) && w.has_sizes(channels) && b.has_sizes(channels);
}

// Whether the rule surely takes these of linear.
bool fit_features(const at::Tensor& x, const at::Tensor& w, const Optional& b) {
    if (w.dim() != 2 || x.numel() == 0 || !is_small(x.numel()) || !is_small(w.numel())) return false;
    return x.dim() > 0 && x.sizes().back() == w.sizes()[1] && b.has_sizes(w.sizes().slice(0, 1));
}

// A copy of a running statistic for LibTorch to compute on, in the call's dtype (V1).
at::Tensor working_copy(const Optional& statistic, at::ScalarType dtype) {
    if (!statistic) return {};
    const kernels::BelowAutograd below;
    if (statistic.pin->scalar_type() == dtype) return kernels::clone(*statistic.pin);
    return statistic.pin->to(dtype, /*non_blocking=*/false, /*copy=*/true, at::MemoryFormat::Contiguous);
}

// What is left of a normalization where LibTorch's own lost it (V9): scale and shift, which lie along some dims of x.
at::Tensor affine(at::Tensor x, const Optional& weight, const Optional& bias, at::IntArrayRef along) {
    if (weight) x = x * weight.as(at::kDouble).view(along);
    if (bias) x = x + bias.as(at::kDouble).view(along);
    return x;
}

// LibTorch adds a channel's elements up one by one in the tensor's dtype where they don't lie side by side, and loses a
// digit of float32 with every few thousand.
bool adds_up_columns(const at::Tensor& x) {
    constexpr int64_t kMany = 4096;
    return x.scalar_type() == at::kFloat && x.numel() / x.size(1) > kMany &&
           (!x.is_contiguous() || x.numel() == x.size(0) * x.size(1));
}

// The same of x with each channel's elements side by side.
template <typename Norm>
at::Tensor as_rows(const at::Tensor& x, const Norm& norm) {
    if (x.numel() != x.size(0) * x.size(1)) return norm(x.contiguous());
    const at::Tensor rows = x.flatten(1).t().contiguous().unsqueeze(0);
    return norm(rows).squeeze(0).t().contiguous().view(x.sizes());
}

// Its gradient is row-major, as x is: LibTorch's batch_norm, up to 2.13 at least, takes elements for others where one
// of both alone is channels last (findings/batch-norm-layout.sh).
at::Tensor with_row_major_gradient(const at::Tensor& result) {
    if (result.requires_grad())
        result.register_hook([](const at::Tensor& gradient) -> at::Tensor {
            return gradient.defined() ? gradient.contiguous() : gradient;
        });
    return result;
}

struct BatchNorm {
    const Optional &running_mean, &running_var, &weight, &bias;
    bool training;
    double momentum, eps;

    at::Tensor operator()(const at::Tensor& x) const {
        const at::ScalarType dtype = x.scalar_type();
        const at::Tensor new_mean = working_copy(running_mean, dtype), new_var = working_copy(running_var, dtype);
        const at::Tensor weights = weight.as(dtype), biases = bias.as(dtype);
        const auto [result, mean, inverse] = computed(
            [&](const at::Tensor& v, const at::Tensor&, const at::Tensor&) {
                return kernels::native_batch_norm(v, weights, biases, new_mean, new_var, training, momentum, eps);
            },
            x, weights.defined() ? weights : x, biases.defined() ? biases : x);
        if (training ? !good_statistics(mean, inverse) : !good_running_statistics(new_mean, new_var))
            return lossless(x).to(dtype);
        if (training) keep(new_mean, new_var, x.numel() / x.size(1));
        return with_row_major_gradient(result);
    }

  private:
    bool good_running_statistics(const at::Tensor& mean, const at::Tensor& var) const {
        const kernels::BelowAutograd below;
        return good_statistics(mean, at::rsqrt(var + eps));
    }

    // One value a channel has no unbiased variance: the running one stays.
    void keep(const at::Tensor& new_mean, const at::Tensor& new_var, int64_t count) const {
        if (!running_mean) return;
        at::NoGradGuard guard;
        running_mean.pin->copy_(new_mean);
        if (count > 1) running_var.pin->copy_(new_var);
    }

    at::Tensor lossless(const at::Tensor& x) const {
        std::vector<int64_t> others, channels(static_cast<size_t>(x.dim()), 1);
        for (int64_t dim = 0; dim < x.dim(); ++dim)
            if (dim != 1) others.push_back(dim);
        channels[1] = x.size(1);
        if (!training) {
            const at::Tensor mean = working_copy(running_mean, at::kDouble),
                             var = working_copy(running_var, at::kDouble);
            return affine((x.to(at::kDouble) - mean.view(channels)) * at::rsqrt(var + eps).view(channels), weight, bias,
                          channels);
        }
        const Normalized done = lossless_normalized(x, others, eps);
        if (running_mean) {
            at::NoGradGuard guard;
            const int64_t count = x.numel() / x.size(1);
            const double n = static_cast<double>(count);
            const auto moved = [&](const Optional& statistic, const at::Tensor& now) {
                return working_copy(statistic, at::kDouble) * (1 - momentum) + now.flatten() * momentum;
            };
            keep(moved(running_mean, done.mean), moved(running_var, done.variance * (n / (n - 1))), count);
        }
        return affine(done.result, weight, bias, channels);
    }
};

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_nn_batch_norm(int64_t input, int64_t running_mean, int64_t running_var, int64_t weight,
                                            int64_t bias, bool training, double momentum, double eps) {
    return call(Fn::batch_norm, [&] {
        const PinnedTensor x = pinned(input, "input");
        const Optional mean(running_mean, "running_mean"), var(running_var, "running_var");
        const Optional w(weight, "weight"), b(bias, "bias");
        for (const Optional* each : {&mean, &var, &w, &b}) each->check_device(*x);
        const bool running_grad = (mean && mean.pin->requires_grad()) || (var && var.pin->requires_grad());
        judge_unless(!running_grad && fit_channels(*x, mean, var, w, b), [&] {
            rules::batch_norm(meta(*x), {mean.rule_argument(), var.rule_argument(), w.rule_argument(),
                                         b.rule_argument(), training, running_grad});
        });

        const at::ScalarType dtype = b.raise(w.raise(x->scalar_type()));
        const at::Tensor values = as_type(*x, dtype).contiguous();
        if (values.numel() == 0) {
            // LibTorch takes weight[0], which may not exist; any one-element tensor gives the same nothing and graph.
            at::Tensor nothing = values.clone(at::MemoryFormat::Contiguous);
            if (w) nothing = nothing * w.as(dtype).sum();
            if (b) nothing = nothing + b.as(dtype).sum();
            return nothing;
        }
        demand(Part::devices);
        const BatchNorm norm{mean, var, w, b, training, momentum, eps};
        return row_major(training && adds_up_columns(values) ? as_rows(values, norm) : norm(values));
    });
}

RT_TORCH_API int64_t rt_torch_nn_layer_norm(int64_t input, const SplArray* normalized_shape, int64_t weight,
                                            int64_t bias, double eps) {
    return call(Fn::layer_norm, [&] {
        const PinnedTensor x = pinned(input, "input");
        const Optional w(weight, "weight"), b(bias, "bias");
        for (const Optional* each : {&w, &b}) each->check_device(*x);
        const rules::Dims normalized = few_i64s(normalized_shape, "normalized_shape");
        const at::IntArrayRef shape = ref(normalized);
        judge_unless(ends_with(*x, shape) && w.has_sizes(shape) && b.has_sizes(shape), rules::layer_norm, *x,
                     normalized, w.rule_argument(), b.rule_argument());
        const at::ScalarType dtype = b.raise(w.raise(x->scalar_type()));
        const at::Tensor values = as_type(*x, dtype), weights = w.as(dtype), biases = b.as(dtype);
        const auto [result, mean, inverse] =
            computed([&](const at::Tensor& v, const at::Tensor&,
                         const at::Tensor&) { return kernels::native_layer_norm(v, shape, weights, biases, eps); },
                     values, weights.defined() ? weights : values, biases.defined() ? biases : values);
        if (values.numel() == 0 || good_statistics(mean, inverse)) return row_major(result);
        std::vector<int64_t> dims;
        for (int64_t dim = -static_cast<int64_t>(shape.size()); dim < 0; ++dim) dims.push_back(dim);
        return row_major(affine(lossless_normalized(values, dims, eps).result, w, b, shape).to(dtype));
    });
}

RT_TORCH_API int64_t rt_torch_nn_dropout(int64_t input, double p, bool training) {
    return call(Fn::dropout, [&] {
        const PinnedTensor x = pinned(input, "input");
        const rules::Meta shape = meta(*x);
        rules::dropout(shape, p, training);
        if (rules::dropout_is_identity(shape, p, training)) return alias_of(*x);
        demand(Part::random);
        return row_major(computed([p](const at::Tensor& y) { return kernels::dropout(y, p); }, *x));
    });
}

RT_TORCH_API int64_t rt_torch_nn_linear(int64_t input, int64_t weight, int64_t bias) {
    return call(Fn::linear, [&] {
        const PinnedTensor x = pinned(input, "input");
        const PinnedTensor w = pinned(weight, "weight");
        const Optional b(bias, "bias");
        check_one_device(*x, *w);
        b.check_device(*x);
        judge_unless(fit_features(*x, *w, b), [&] { rules::linear(meta(*x), meta(*w), b.rule_argument()); });
        const at::ScalarType dtype = b.raise(promoted(x->scalar_type(), w->scalar_type()));
        const at::Tensor biases = b.as(dtype);
        return row_major(computed(
            [&](const at::Tensor& y, const at::Tensor& weights, const at::Tensor&) {
                return kernels::linear(as_type(y, dtype), as_type(weights, dtype), biases);
            },
            *x, *w, biases.defined() ? biases : *x));
    });
}

// Losses, as a number without a graph and, for training, as a differentiable 0-d tensor. Judged before the call.
#include "impl/abi/rt_torch.h"
#include "impl/torch/elements.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

constexpr int64_t kIgnoredClass = -100;  // PyTorch's ignore_index

using Rule = rules::Meta (*)(const rules::Meta&, const rules::Meta&);

// Looked up and judged in the frame of the loss: see judge_unless.
struct Arguments {
    PinnedTensor input, target;

    [[gnu::always_inline]] inline Arguments(int64_t input_handle, int64_t target_handle, Rule rule,
                                            bool (*surely_fit)(const at::Tensor&, const at::Tensor&))
        : input(pinned(input_handle, "input")), target(pinned(target_handle, "target")) {
        check_one_device(*input, *target);
        judge_unless(surely_fit(*input, *target), rule, *input, *target);
    }
};

bool are_alike(const at::Tensor& input, const at::Tensor& target) {
    return input.is_floating_point() && is_small(input.numel()) && input.sizes() == target.sizes();
}

// A row of numbers for each class number.
bool are_rows(const at::Tensor& input, const at::Tensor& classes) {
    return input.is_floating_point() && input.dim() == 2 && classes.dim() == 1 &&
           input.sizes()[0] == classes.sizes()[0];
}

at::Tensor mse(int64_t input, int64_t target) {
    const Arguments a(input, target, rules::mse_loss, are_alike);
    return on_promoted(*a.input, *a.target, [](const at::Tensor& x, const at::Tensor& y) {
        if (x.sizes() == y.sizes()) return kernels::mse_loss(x, y);
        // at::mse_loss broadcasts, but its gradient divides by the number of elements given, not of those averaged.
        const std::vector<at::Tensor> both = at::broadcast_tensors({x, y});
        return kernels::mse_loss(both[0], both[1]);
    });
}

void check_unit_interval(const at::Tensor& tensor, const char* parameter) {
    if (const auto bad = first_outside_unit(tensor)) fail_holding(Code::argument, parameter, *bad, "outside [0, 1]");
}

at::Tensor bce(int64_t input, int64_t target) {
    const Arguments a(input, target, rules::binary_cross_entropy, are_alike);
    check_unit_interval(*a.input, "input");
    check_unit_interval(*a.target, "target");
    return on_promoted(*a.input, *a.target,
                       [](const at::Tensor& x, const at::Tensor& y) { return kernels::binary_cross_entropy(x, y); });
}

// Class numbers, each within the classes or ignored. Inlined, a fault has one frame less to clean up: 0.3 µs of 3.2.
at::Tensor classes(const Arguments& a) {
    const at::Tensor numbers = whole_numbers(*a.target, "target");
    check_indices(numbers, a.input->size(a.input->dim() == 1 ? 0 : 1), "target", &kIgnoredClass);
    return numbers;
}

at::Tensor cross_entropy(int64_t input, int64_t target) {
    const Arguments a(input, target, rules::cross_entropy, are_rows);
    if (a.target->is_floating_point() && rules::holds_probabilities(meta(*a.input), meta(*a.target)))
        return on_promoted(*a.input, *a.target,
                           [](const at::Tensor& x, const at::Tensor& y) { return at::cross_entropy_loss(x, y); });
    const at::Tensor numbers = classes(a);
    return computed([&](const at::Tensor& x) { return kernels::cross_entropy(x, numbers); }, *a.input);
}

at::Tensor nll(int64_t input, int64_t target) {
    const Arguments a(input, target, rules::nll_loss, are_rows);
    const at::Tensor numbers = classes(a);
    // Contiguous: LibTorch 1.13 has no gradient of a strided input of over 2 dims ("grad_input must be contiguous").
    return computed([&](const at::Tensor& x) { return kernels::nll_loss(x.contiguous(), numbers); }, *a.input);
}

using Loss = at::Tensor (*)(int64_t, int64_t);

double as_number(Fn fn, Loss loss, int64_t input, int64_t target) {
    return call(fn, [&] { return number([&] { return loss(input, target); }); });
}

int64_t as_tensor(Fn fn, Loss loss, int64_t input, int64_t target) {
    return call(fn, [&] { return loss(input, target); });
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API double rt_torch_nn_mse_loss(int64_t input, int64_t target) {
    return as_number(Fn::mse_loss, mse, input, target);
}

RT_TORCH_API int64_t rt_torch_nn_mse_loss_tensor(int64_t input, int64_t target) {
    return as_tensor(Fn::mse_loss_tensor, mse, input, target);
}

RT_TORCH_API double rt_torch_nn_cross_entropy(int64_t input, int64_t target) {
    return as_number(Fn::cross_entropy, cross_entropy, input, target);
}

RT_TORCH_API int64_t rt_torch_nn_cross_entropy_tensor(int64_t input, int64_t target) {
    return as_tensor(Fn::cross_entropy_tensor, cross_entropy, input, target);
}

RT_TORCH_API double rt_torch_nn_binary_cross_entropy(int64_t input, int64_t target) {
    return as_number(Fn::binary_cross_entropy, bce, input, target);
}

RT_TORCH_API int64_t rt_torch_nn_binary_cross_entropy_tensor(int64_t input, int64_t target) {
    return as_tensor(Fn::binary_cross_entropy_tensor, bce, input, target);
}

RT_TORCH_API double rt_torch_nn_nll_loss(int64_t input, int64_t target) {
    return as_number(Fn::nll_loss, nll, input, target);
}

RT_TORCH_API int64_t rt_torch_nn_nll_loss_tensor(int64_t input, int64_t target) {
    return as_tensor(Fn::nll_loss_tensor, nll, input, target);
}

#include <torch/csrc/autograd/function.h>

#include <string>
#include <unordered_set>

#include "impl/abi/rt_torch.h"
#include "impl/torch/failure.h"
#include "impl/torch/process_end.h"
#include "impl/torch/tensors.h"
#include "impl/torch/thread_end.h"

namespace simple::torch_backend {
namespace {

// The calling thread's open no_grad_begins, and the mode before the first (G1).
struct NoGrad {
    int64_t depth = 0;
    bool before = true;
};
SIMPLE_FAST_TLS thread_local NoGrad t_no_grad;

// Whether the graph below x goes through eigenvectors, whose gradient is undefined where they are complex (G4).
bool passes_eigenvectors(const at::Tensor& x) {
    std::vector<torch::autograd::Node*> open{x.grad_fn().get()};
    std::unordered_set<torch::autograd::Node*> seen;
    while (!open.empty()) {
        torch::autograd::Node* node = open.back();
        open.pop_back();
        if (!node || !seen.insert(node).second) continue;
        if (node->name().find("LinalgEig") != std::string::npos) return true;
        for (const auto& edge : node->next_edges()) open.push_back(edge.function.get());
    }
    return false;
}

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API void rt_torch_autograd_set_requires_grad(int64_t handle, bool requires_grad) {
    call(Fn::set_requires_grad, [&] {
        const PinnedTensor x = pinned(handle);
        if (requires_grad && !x->is_floating_point()) fail(Code::dtype, "handle is int64, but must be floating");
        if (!requires_grad && !x->is_leaf())
            fail(Code::argument, "handle is a computed tensor, which requires grad as long as its graph lives");
        if (x->requires_grad() != requires_grad) x->set_requires_grad(requires_grad);
    });
}

RT_TORCH_API bool rt_torch_autograd_requires_grad(int64_t handle) {
    return call(Fn::requires_grad, [&] { return pinned(handle)->requires_grad(); });
}

RT_TORCH_API int64_t rt_torch_autograd_grad(int64_t handle) {
    return call(Fn::grad, [&]() -> int64_t {
        const PinnedTensor x = pinned(handle);
        if (!x->is_leaf() || !x->grad().defined()) return 0;
        const kernels::BelowAutograd guard;
        return hand_out(kernels::alias(x->grad()));
    });
}

RT_TORCH_API void rt_torch_autograd_backward(int64_t handle) {
    PinnedTensor x;
    call(
        Fn::backward,
        [&] {
            x = pinned(handle);
            if (!x->requires_grad()) fail(Code::argument, "handle does not require grad");
            if (x->numel() != 1) fail(Code::shape, "handle has {} elements, but must have one", x->numel());
            demand_locals();
            demand(Part::backward);
            x->backward();
        },
        [&] {
            // What is left once the arguments are right: G4's eigenvectors, memory, or a graph that cannot run again.
            const Code code = classified().code;
            if (code == Code::memory || code == Code::numerical) return;
            if (passes_eigenvectors(*x))
                fail(Code::numerical, "handle passes complex eigenvectors, whose gradient is not defined");
            fail(Code::argument,
                 "the graph has been used, or what it saved has been overwritten; compute handle again");
        });
}

RT_TORCH_API void rt_torch_autograd_zero_grad(int64_t handle) {
    call(Fn::zero_grad, [&] {
        const PinnedTensor x = pinned(handle);
        if (!x->is_leaf() || !x->grad().defined()) return;
        at::Tensor& gradient = x->mutable_grad();
        if (kernels::zeroed(gradient)) return;
        at::NoGradGuard guard;
        gradient.zero_();
    });
}

RT_TORCH_API int64_t rt_torch_autograd_detach(int64_t handle) {
    return call(Fn::detach, [&] {
        const PinnedTensor x = pinned(handle);
        const kernels::BelowAutograd guard;
        return kernels::alias(*x);
    });
}

RT_TORCH_API void rt_torch_autograd_no_grad_begin(void) {
    call(Fn::no_grad_begin, [&] {
        if (t_no_grad.depth++ == 0) {
            t_no_grad.before = at::GradMode::is_enabled();
            at::GradMode::set_enabled(false);
        }
    });
}

RT_TORCH_API void rt_torch_autograd_no_grad_end(void) {
    call(Fn::no_grad_end, [&] {
        if (t_no_grad.depth == 0) fail(Code::no_grad, "there is no open no_grad_begin on this thread");
        if (--t_no_grad.depth == 0) at::GradMode::set_enabled(t_no_grad.before);
    });
}

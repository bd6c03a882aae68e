// Gradients: flags, backward, grad mode.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

void rt_torch_autograd_set_requires_grad(int64_t handle, bool requires_grad) {
    void_call(Fn::set_requires_grad, [&] { set_requires_grad(*tensor(Fn::set_requires_grad, handle), requires_grad); });
}
bool rt_torch_autograd_requires_grad(int64_t handle) {
    return query(Fn::requires_grad, handle, false, [](const Tensor& x) { return x.requires_grad; });
}
int64_t rt_torch_autograd_grad(int64_t handle) {
    return query(Fn::grad, handle, int64_t{0}, [](const Tensor& x) {
        const Tensor* shared = grad(x);
        return shared ? handles().insert(Tensor(*shared)) : 0;
    });
}
void rt_torch_autograd_backward(int64_t handle) {
    void_call(Fn::backward, [&] { backward(*tensor(Fn::backward, handle)); });
}
void rt_torch_autograd_zero_grad(int64_t handle) {
    void_call(Fn::zero_grad, [&] {
        const Pinned x = tensor(Fn::zero_grad, handle);
        if (const Tensor* shared = grad(*x)) Elements::clear(*shared);
    });
}
int64_t rt_torch_autograd_detach(int64_t handle) {
    return made_of(Fn::detach, handle, [](const Tensor& x) {
        Tensor alias(x.meta);
        alias.storage = x.storage;
        return alias;
    });
}
void rt_torch_autograd_no_grad_begin(void) {
    void_call(Fn::no_grad_begin, []() noexcept { ++t_no_grad_depth; });
}
void rt_torch_autograd_no_grad_end(void) { void_call(Fn::no_grad_end, leave_no_grad); }

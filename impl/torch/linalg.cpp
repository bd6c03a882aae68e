// Decompositions are judged before the call: LAPACK may never return from a matrix that is not finite.
#include <algorithm>

#include "impl/abi/rt_torch.h"
#include "impl/torch/elements.h"
#include "impl/torch/lossless.h"
#include "impl/torch/results.h"
#include "impl/torch/tensors.h"

namespace simple::torch_backend {
namespace {

void check_finite(const at::Tensor& x) {
    if (const auto bad = first_not_finite(x)) fail_holding(Code::numerical, "handle", *bad, "which is not finite");
}

// Whether the rule of matmul surely takes the two: vectors and matrices whose inner sizes are one.
bool multiply(at::IntArrayRef a, at::IntArrayRef b) {
    return !a.empty() && !b.empty() && a.size() <= 2 && b.size() <= 2 && a.back() == b.front();
}

// Whether x surely is a matrix of floats, or several.
bool are_matrices(const at::Tensor& x) {
    return x.is_floating_point() && x.dim() >= 2 && x.numel() > 0 && is_small(x.numel());
}
bool are_square(const at::Tensor& x) { return are_matrices(x) && x.size(-1) == x.size(-2); }

// What LAPACK says of each matrix: 0, or which pivot is zero.
void check_regular(const at::Tensor& info) {
    const at::Tensor said = (info.device().is_cpu() ? info : info.cpu()).contiguous();
    const auto* pivots = static_cast<const int32_t*>(said.data_ptr());
    const auto* end = pivots + said.numel();
    const auto* singular = std::find_if(pivots, end, [](int32_t pivot) { return pivot != 0; });
    if (singular == end) return;
    if (said.dim() == 0) fail(Code::numerical, "handle is singular: pivot {} is zero", *singular);
    fail(Code::numerical, "handle is singular: pivot {} of matrix {} is zero", *singular, singular - pivots);
}

// A copy of the real or imaginary parts: the halves of one complex tensor would share storage.
at::Tensor part(const at::Tensor& half) { return half.clone(at::MemoryFormat::Contiguous); }

}  // namespace
}  // namespace simple::torch_backend

using namespace simple;
using namespace simple::torch_backend;

RT_TORCH_API int64_t rt_torch_torchtensor_matmul(int64_t handle, int64_t other) {
    PinnedTensor x, y;
    const auto judge = [&] { rules::matmul(meta(*x), meta(*y)); };
    return call(
        Fn::matmul,
        [&] {
            x = pinned(handle);
            y = pinned(other, "other");
            constexpr int64_t kLargest = int64_t{1} << 43;  // elements of 8 bytes in 2^46
            int64_t most = 0;
            const bool too_large = __builtin_mul_overflow(x->numel(), y->numel(), &most) || most > kLargest;
            judge_unless(!too_large && multiply(x->sizes(), y->sizes()), rules::matmul, *x, *y);
            return row_major(
                on_promoted(*x, *y, [](const at::Tensor& a, const at::Tensor& b) { return kernels::matmul(a, b); }));
        },
        judge);
}

RT_TORCH_API int64_t rt_torch_torchtensor_dot(int64_t handle, int64_t other) {
    return call(Fn::dot, [&] {
        const PinnedTensor x = pinned(handle);
        const PinnedTensor y = pinned(other, "other");
        const bool fit = x->dim() == 1 && y->dim() == 1 && x->numel() == y->numel();
        judge_unless(fit, rules::dot, *x, *y);
        return on_promoted(*x, *y, [](const at::Tensor& a, const at::Tensor& b) { return kernels::dot(a, b); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_transpose(int64_t handle, int64_t dim0, int64_t dim1) {
    return call(Fn::transpose, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(has_dim(*x, dim0) && has_dim(*x, dim1), rules::transpose, *x, dim0, dim1);
        return shared(*x, [&](const at::Tensor& y) { return kernels::transpose(y, dim0, dim1); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_t(int64_t handle) {
    return call(Fn::t, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(x->dim() <= 2, rules::t, *x);
        return shared(*x, [](const at::Tensor& y) { return kernels::t(y); });
    });
}

RT_TORCH_API double rt_torch_torchtensor_norm(int64_t handle) {
    return call(Fn::norm, [&] {
        const PinnedTensor x = pinned(handle);
        rules::check_floating(meta(*x));
        return lossless_norm(*x);
    });
}

RT_TORCH_API double rt_torch_torchtensor_det(int64_t handle) {
    return call(Fn::det, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(x->dim() == 2 && are_square(*x), rules::det, *x);
        return number([&] { return kernels::det(*x); });
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_inverse(int64_t handle) {
    return call(Fn::inverse, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(are_square(*x), rules::inverse, *x);
        // at::linalg_inv is the same two steps, whose second throws an exception with a stack trace.
        const auto [result, info] = computed([](const at::Tensor& y) { return kernels::linalg_inv_ex(y); }, *x);
        check_regular(info);
        return row_major(result);
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_svd(int64_t handle) {
    return call(Fn::svd, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(are_matrices(*x), rules::svd, *x);
        check_finite(*x);
        return computed([](const at::Tensor& y) { return row_major(std::get<0>(kernels::linalg_svd(y))); }, *x);
    });
}

RT_TORCH_API SplArray* rt_torch_torchtensor_svd_all(int64_t handle) {
    return call(Fn::svd_all, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(are_matrices(*x), rules::svd, *x);
        check_finite(*x);
        return hand_out_all(computed(
            [](const at::Tensor& y) -> std::vector<at::Tensor> {
                const auto [u, s, vh] = kernels::linalg_svd(y);
                return {row_major(u), row_major(s), row_major(vh)};
            },
            *x));
    });
}

RT_TORCH_API int64_t rt_torch_torchtensor_eig(int64_t handle) {
    return call(Fn::eig, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(are_square(*x), rules::eig, *x);
        check_finite(*x);
        return computed([](const at::Tensor& y) { return part(at::real(at::linalg_eigvals(y))); }, *x);
    });
}

RT_TORCH_API SplArray* rt_torch_torchtensor_eig_all(int64_t handle) {
    return call(Fn::eig_all, [&] {
        const PinnedTensor x = pinned(handle);
        judge_unless(are_square(*x), rules::eig, *x);
        check_finite(*x);
        return hand_out_all(computed(
            [](const at::Tensor& y) -> std::vector<at::Tensor> {
                const auto [values, vectors] = kernels::linalg_eig(y);
                return {part(at::real(values)), part(at::imag(values)), part(at::real(vectors)),
                        part(at::imag(vectors))};
            },
            *x));
    });
}

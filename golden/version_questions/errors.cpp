// Arguments that one version refuses, or refuses otherwise.
#include <limits>

#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

// batch_norm with a running mean and no running variance.
at::Tensor half_normalized(bool training) {
    return at::batch_norm(at::ones({2, 1}), {}, {}, at::zeros({1}), {}, training, 0.1, 1e-5, /*cudnn_enabled=*/false);
}

}  // namespace

Questions error_questions() {
    return {
        tensor_question("`gelu` of int64", [] { return at::gelu(at::ones({2}, at::kLong)); }),
        tensor_question("`reshape` of 6 elements to [4]", [] { return at::reshape(at::ones({6}), {4}); }),
        tensor_question("`cat` of an empty list", [] { return at::cat(std::vector<at::Tensor>{}); }),
        tensor_question("`cat` of two tensors of shape [0] at dim 1, the result",
                        [] {
                            return at::cat({at::empty({0}), at::empty({0})}, 1);
                        }),
        tensor_question("`batch_norm` in training with a running mean and no variance",
                        [] { return half_normalized(true); }),
        tensor_question("`batch_norm` in evaluation with a running mean and no variance",
                        [] { return half_normalized(false); }),
        tensor_question("`gather` with an int32 index",
                        [] {
                            return at::gather(at::tensor({5.0F, 6.0F}), 0, at::ones({1}, at::kInt));
                        }),
        tensor_question("`nll_loss` of a 1-D input with a target of shape [1]",
                        [] {
                            return at::nll_loss_nd(at::tensor({-1.0F, -2.0F}), at::ones({1}, at::kLong));
                        }),
        tensor_question("`linalg_inv` of [[0, NaN], [0, 1]]",
                        [] {
                            return at::linalg_inv(
                                at::tensor({0.0, std::numeric_limits<double>::quiet_NaN(), 0.0, 1.0}).view({2, 2}));
                        }),
    };
}

}  // namespace simple::versions

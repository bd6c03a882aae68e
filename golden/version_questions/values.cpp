// Results of a few elements.
#include <limits>

#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

at::Tensor normalized(const at::Tensor& row) { return at::layer_norm(row, row.sizes()); }

at::Tensor minus_infinity_and_zero() { return at::tensor({-kInf, -0.0F}); }

at::Tensor running_variance_of_one_value() {
    at::Tensor variance = at::ones({1});
    at::batch_norm(at::ones({1, 1}), {}, {}, at::zeros({1}), variance, /*training=*/true, 0.1, 1e-5, false);
    return variance;
}

}  // namespace

Questions value_questions() {
    return {
        tensor_question("`layer_norm` of [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3], the last value (1.341635)",
                        [] { return normalized(at::arange(4.0F) + 1e6)[3]; }),
        tensor_question("`layer_norm` of four 1e7 + 1 (0)", [] { return normalized(at::full({4}, 1e7 + 1))[0]; }),
        tensor_question("`layer_norm` of four 1e12 (0)", [] { return normalized(at::full({4}, 1e12))[0]; }),
        tensor_question(
            "`batch_norm` in training of a channel of four 1e7 + 1 (0)",
            [] {
                return at::batch_norm(at::full({4, 1}, 1e7 + 1), {}, {}, {}, {}, true, 0.1, 1e-5, false)[0][0];
            }),
        tensor_question("running variance after `batch_norm` of one value a channel", running_variance_of_one_value),
        tensor_question("`gelu` of [inf, 3e38]",
                        [] {
                            return at::gelu(at::tensor({kInf, 3e38F}));
                        }),
        tensor_question("`pow` of [-inf, -0.0] to the number 0.5 ([inf, 0] in C)",
                        [] { return at::pow(minus_infinity_and_zero(), 0.5); }),
        tensor_question("`pow` of [-inf, -0.0] to a tensor of 0.5",
                        [] { return at::pow(minus_infinity_and_zero(), at::tensor({0.5F})); }),
        tensor_question("`pow` of [-inf, -0.0] to the number -0.5 ([0, inf] in C)",
                        [] { return at::pow(minus_infinity_and_zero(), -0.5); }),
        tensor_question("`dropout` with p = 1 of [1, inf, NaN] ([0, 0, 0])",
                        [] {
                            return at::dropout(at::tensor({1.0F, kInf, kNan}), 1, /*train=*/true);
                        }),
        tensor_question("`sum` of [-0.0]", [] { return at::sum(at::tensor({-0.0F})); }),
        tensor_question("`sum` of float64 [1e308, 1e308, -1e308] (1e308)",
                        [] {
                            return at::sum(at::tensor({1e308, 1e308, -1e308}));
                        }),
        tensor_question("`norm` of float32 [3e25, 4e25] (5e25)",
                        [] {
                            return at::norm(at::tensor({3e25F, 4e25F}));
                        }),
        tensor_question("`norm` of float64 [3e-200, 4e-200] (5e-200)",
                        [] {
                            return at::norm(at::tensor({3e-200, 4e-200}));
                        }),
        tensor_question("`linalg_det` of diag(1e30, 1e30, 1e-30, 1e-30) (1)",
                        [] {
                            return at::linalg_det(at::diag(at::tensor({1e30F, 1e30F, 1e-30F, 1e-30F})));
                        }),
    };
}

}  // namespace simple::versions

// Gradients of a few elements.
#include <limits>

#include "golden/version_questions/question.h"

namespace simple::versions {

namespace {

at::Tensor binary_cross_entropy(const at::Tensor& x) { return at::binary_cross_entropy(x, at::ones({1})); }

// Its only target is the one that is ignored.
at::Tensor cross_entropy_of_nothing(const at::Tensor& x) {
    return at::cross_entropy_loss(x, at::full({1}, -100, at::kLong));
}

}  // namespace

Questions gradient_questions() {
    return {
        {"gradient of `linalg_det` at [[0]] (1)",
         [] {
             return words(gradient([](const at::Tensor& x) { return at::linalg_det(x); }, at::zeros({1, 1})));
         }},
        {"gradient of `relu` at NaN",
         [] {
             return words(gradient([](const at::Tensor& x) { return at::relu(x); },
                                   at::full({1}, std::numeric_limits<double>::quiet_NaN())));
         }},
        {"`binary_cross_entropy` of 0 with target 1, the loss",
         [] { return words(binary_cross_entropy(at::zeros({1}))); }},
        {"`binary_cross_entropy` of 0 with target 1, the gradient",
         [] { return words(gradient(binary_cross_entropy, at::zeros({1}))); }},
        {"`cross_entropy_loss` where every target is ignored, the loss",
         [] {
             return words(cross_entropy_of_nothing(at::zeros({1, 2})));
         }},
        {"`cross_entropy_loss` where every target is ignored, the gradient",
         [] {
             return words(gradient(cross_entropy_of_nothing, at::ones({1, 2})));
         }},
    };
}

}  // namespace simple::versions

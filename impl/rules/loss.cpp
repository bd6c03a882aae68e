#include <algorithm>
#include <string>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

DType common_floating(const Meta& input, const Meta& target) {
    const DType dtype = promoted(input.dtype, target.dtype);
    if (!floating(dtype)) fail(Code::dtype, "input and target are int64, but one must be floating");
    return dtype;
}

[[noreturn, gnu::always_inline]] inline void refuse(const Meta& input, const Meta& target, const char* why) {
    fail(Code::shape, "input has shape {} and target {}, {}", input.sizes, target.sizes, why);
}

// Classes lie in dim 1, of a 1-D input in dim 0; target has input's shape without them.
void check_class_target(const Meta& input, const Meta& target) {
    if (input.ndim() == 0) refuse(input, target, "but input must have a dim of classes");
    const size_t classes = input.ndim() == 1 ? 0 : 1;
    const int64_t *in = input.sizes.begin(), *of = target.sizes.begin();
    if (target.sizes.size() + 1 != input.sizes.size() || !std::equal(of, of + classes, in) ||
        !std::equal(of + classes, target.sizes.end(), in + classes + 1))
        refuse(input, target, "but target must have input's shape without the classes");
}

}  // namespace

Meta mse_loss(const Meta& input, const Meta& target) {
    const DType dtype = common_floating(input, target);
    fresh(broadcast(input.sizes, target.sizes, "input", "target"),
          dtype);  // the differences, of which the mean is taken
    return fresh({}, dtype);
}

Meta binary_cross_entropy(const Meta& input, const Meta& target) {
    const DType dtype = common_floating(input, target);
    if (input.sizes != target.sizes) refuse(input, target, "but both must have one shape");
    return fresh({}, dtype);
}

bool holds_probabilities(const Meta& input, const Meta& target) {
    return floating(target.dtype) && target.sizes == input.sizes;
}

Meta cross_entropy(const Meta& input, const Meta& target) {
    if (holds_probabilities(input, target)) {
        const DType dtype = common_floating(input, target);
        if (input.ndim() == 0) refuse(input, target, "but input must have a dim of classes");
        return fresh({}, dtype);
    }
    return nll_loss(input, target);
}

Meta nll_loss(const Meta& input, const Meta& target) {
    check_floating_argument(input, "input");
    check_class_target(input, target);
    return fresh({}, input.dtype);
}

}  // namespace simple::rules

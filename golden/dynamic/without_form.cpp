#include "golden/dynamic/without_form.h"

#include <algorithm>

#include "reports/glob.h"

namespace simple::golden {
namespace {

// In the property suite's own ids.
constexpr const char* kCases[] = {
    // Arrays that are none, or hold no integers, or too many or too few.
    "*-wrong-tag", "*-negative-length", "*-items-NULL", "*/dims-not-whole", "*/kernel_size-not-whole",
    "*/stride-not-whole", "*/padding-not-whole", "*/dilation-not-whole", "*/normalized_shape-not-whole",
    "*/dims-more-than-64", "*/over-64-dims", "*/three-numbers", "*/three-numbers-2", "*/three-numbers-3", "*/0-d",
    "*/normalized_shape-empty", "law/layer_norm/empty-normalized-shape-is-2", "*/tensors-empty",
    "law/cat/of-nothing-is-2", "law/cat/of-one-is-itself", "law/cat/is-a-copy", "law/stack/is-a-copy",
    "relation/stack/unsqueeze-is-stack-of-one", "law/permute/outlives-its-base", "law/permute/write-shows-in-base",
    "law/permute/write-to-base-shows",
    // As few tensors as make 2^46 bytes with the largest that can be reserved are more than 4.
    "*/cat/over-2^46-bytes", "*/stack/over-2^46-bytes",
    // Strides, paddings and dilations that stand for the defaults, or one number for both dims.
    "law/conv2d/*", "law/max_pool2d/*", "law/avg_pool2d/has-the-shape-of-the-formula", "law/avg_pool2d/int64-is-4",
    "law/avg_pool2d/is-not-lost-to-an-intermediate", "law/avg_pool2d/kernel-1-is-identity",
    "law/avg_pool2d/padding-over-half-the-kernel-is-2", "law/avg_pool2d/stride-is-the-kernel-by-default",
    "law/avg_pool2d/whole-window-is-the-reduction", "grad/*_pool2d", "grad/conv2d", "threads/*_pool2d/grad-mode",
    "threads/conv2d/grad-mode", "one-handle/conv2d/gradient", "relation/conv2d/avg_pool2d-is-conv2d-with-equal-weights",
    "relation/conv2d/of-1-by-1-is-linear-over-channels", "*/conv2d/over-2^46-bytes", "*/kernel-larger-than-input",
    "*/input-ndim", "*/weight-ndim", "*/bias-size", "*/channels-do-not-fit", "*/groups-do-not-divide",
    "*/kernel-out-of-bounds", "*/stride-out-of-bounds", "*/padding-out-of-bounds", "*/dilation-out-of-bounds"};

}  // namespace

bool is_without_form(const std::string& id) {
    return std::any_of(std::begin(kCases), std::end(kCases),
                       [&](const char* pattern) { return glob_matches(pattern, id.c_str()); });
}

}  // namespace simple::golden

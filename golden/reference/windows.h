// Convolution and pooling: sums, maxima and means over windows of the last two dims.
#pragma once

#include <vector>

#include "golden/reference/values.h"
#include "impl/rules/rules.h"

namespace simple::reference {

using rules::Conv2d;
using rules::Pool2d;

// input [N, C, H, W] or [C, H, W], weight [O, C/groups, kH, kW], bias [O] or null.
Values conv2d(const Values& input, const Values& weight, const Values* bias, const Conv2d& how);
// The gradients of input, weight and bias (of sizes [O], whether there is a bias or not).
std::vector<Values> conv2d_gradient(const Values& input, const Values& weight, const Conv2d& how, const Values& grad);

// Padding counts as -infinity; of equals the first is taken, NaN wins.
Values max_pool2d(const Values& input, const Pool2d& how);
Values max_pool2d_gradient(const Values& input, const Pool2d& how, const Values& grad);

// Padding counts as zeros, in the count too.
Values avg_pool2d(const Values& input, const Pool2d& how);
Values avg_pool2d_gradient(const Values& input, const Pool2d& how, const Values& grad);

}  // namespace simple::reference

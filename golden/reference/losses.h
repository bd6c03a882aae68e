// The four losses, averaged: a 0-d tensor each, NaN where there is nothing to average. Gradients of input and target.
#pragma once

#include <vector>

#include "golden/reference/values.h"
#include "impl/abi/function_table.h"

namespace simple::reference {

// Whether cross_entropy's target holds class probabilities (V3), not classes.
bool holds_probabilities(const Values& input, const Values& target);

// mse_loss_tensor, cross_entropy_tensor, binary_cross_entropy_tensor and nll_loss_tensor, or the functions of the same
// names that give a number. A class target's gradient is zero.
Values loss(Fn fn, const Values& input, const Values& target);
std::vector<Values> loss_gradient(Fn fn, const Values& input, const Values& target, double grad);

}  // namespace simple::reference

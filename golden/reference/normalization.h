// batch_norm and layer_norm: (x - mean) / sqrt(variance + eps) * weight + bias.
#pragma once

#include <vector>

#include "golden/reference/values.h"

namespace simple::reference {

struct BatchNorm {
    bool training;
    double momentum, eps;
};

// Channels are dim 1. running_mean, running_var, weight and bias [channels] may be null; in evaluation the running
// statistics are given, in training they move towards the batch's (the variance unbiased).
Values batch_norm(const Values& input, Values* running_mean, Values* running_var, const Values* weight,
                  const Values* bias, const BatchNorm& how);
// The gradients of input, weight and bias; running statistics as they were before the call.
std::vector<Values> batch_norm_gradient(const Values& input, const Values* running_mean, const Values* running_var,
                                        const Values* weight, const BatchNorm& how, const Values& grad);

// Over the trailing dims, `width` elements together; weight and bias of `width` elements may be null.
Values layer_norm(const Values& input, int64_t width, const Values* weight, const Values* bias, double eps);
// The gradients of input, weight and bias.
std::vector<Values> layer_norm_gradient(const Values& input, int64_t width, const Values* weight, double eps,
                                        const Values& grad);

}  // namespace simple::reference

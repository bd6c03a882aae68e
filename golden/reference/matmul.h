// Products of matrices: matmul, dot and linear, in int64 (wrapping around) or floats.
#pragma once

#include <vector>

#include "golden/reference/values.h"

namespace simple::reference {

Values matmul(const Values& a, const Values& b);
std::vector<Values> matmul_gradient(const Values& a, const Values& b, const Values& grad);

// input [..., in] times the transpose of weight [out, in], plus bias [out]; bias may be null.
Values linear(const Values& input, const Values& weight, const Values* bias);
// The gradients of input, weight and bias (of sizes [out], whether there is a bias or not).
std::vector<Values> linear_gradient(const Values& input, const Values& weight, const Values& grad);

}  // namespace simple::reference

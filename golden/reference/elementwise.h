// Elementwise arithmetic and activations, and their derivatives.
#pragma once

#include <vector>

#include "golden/reference/values.h"
#include "impl/abi/function_table.h"

namespace simple::reference {

// add, sub, mul, div of two tensors of one dtype, broadcast. int64 wraps around, except in div, which takes floats
// only.
Values binary(Fn fn, const Values& a, const Values& b);
std::vector<Values> binary_gradient(Fn fn, const Values& a, const Values& b, const Values& grad);

// Functions of one element and at most one parameter: pow's exponent, leaky_relu's slope, the scalar of add_scalar and
// mul_scalar. neg, abs and relu take int64 too.
Values unary(Fn fn, const Values& x, double parameter = 0);
Values unary_gradient(Fn fn, const Values& x, double parameter, const Values& grad);

}  // namespace simple::reference

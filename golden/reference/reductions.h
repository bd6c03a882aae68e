// Reductions to a number, over all elements, and to a tensor, along one dim.
#pragma once

#include "golden/reference/values.h"
#include "impl/abi/function_table.h"

namespace simple::reference {

// sum, mean, max, min, std, var and norm of all elements; of a float32 tensor rounded to float32, as PyTorch's are.
double reduce_all(Fn fn, const Values& x);

// sum_dim, mean_dim, max_dim, min_dim, and argmax and argmin, which give int64. NaN counts as the largest and the
// smallest; of equals the first is taken.
Values reduce_dim(Fn fn, const Values& x, int64_t dim, bool keepdim);
Values reduce_dim_gradient(Fn fn, const Values& x, int64_t dim, const Values& grad);

// softmax and log_softmax along dim.
Values softmax(Fn fn, const Values& x, int64_t dim);
Values softmax_gradient(Fn fn, const Values& x, int64_t dim, const Values& grad);

}  // namespace simple::reference

// Sums, means and extremes, of all elements and along a dim.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

int64_t reduced(Fn fn, int64_t handle, int64_t dim, bool keepdim, Meta (*rule)(const Meta&, int64_t, bool)) {
    return unary(fn, handle, [&](const Meta& x) { return rule(x, dim, keepdim); }, {{dim, keepdim}, {}, {}});
}

}  // namespace

double rt_torch_torchtensor_sum(int64_t x) {
    return number(Fn::sum, x, [](const Meta&) {});
}
double rt_torch_torchtensor_mean(int64_t x) { return number(Fn::mean, x, rules::check_floating); }
double rt_torch_torchtensor_std(int64_t x) { return number(Fn::std, x, rules::check_floating); }
double rt_torch_torchtensor_var(int64_t x) { return number(Fn::var, x, rules::check_floating); }
double rt_torch_torchtensor_max(int64_t x) { return number(Fn::max, x, rules::check_not_empty); }
double rt_torch_torchtensor_min(int64_t x) { return number(Fn::min, x, rules::check_not_empty); }

int64_t rt_torch_torchtensor_sum_dim(int64_t x, int64_t dim, bool keepdim) {
    return reduced(Fn::sum_dim, x, dim, keepdim, rules::sum_dim);
}
int64_t rt_torch_torchtensor_mean_dim(int64_t x, int64_t dim, bool keepdim) {
    return reduced(Fn::mean_dim, x, dim, keepdim, rules::mean_dim);
}
int64_t rt_torch_torchtensor_max_dim(int64_t x, int64_t dim, bool keepdim) {
    return reduced(Fn::max_dim, x, dim, keepdim, rules::max_dim);
}
int64_t rt_torch_torchtensor_min_dim(int64_t x, int64_t dim, bool keepdim) {
    return reduced(Fn::min_dim, x, dim, keepdim, rules::max_dim);
}
int64_t rt_torch_torchtensor_argmax(int64_t x, int64_t dim, bool keepdim) {
    return reduced(Fn::argmax, x, dim, keepdim, rules::argmax);
}
int64_t rt_torch_torchtensor_argmin(int64_t x, int64_t dim, bool keepdim) {
    return reduced(Fn::argmin, x, dim, keepdim, rules::argmax);
}

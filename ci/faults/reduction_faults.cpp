#include <cmath>

#include "ci/faults/planting.h"

namespace simple {

using planted::then;

namespace {

double root_of_square(double x) {
    const double square = x * x;
    return std::isfinite(square) && std::fpclassify(square) == FP_NORMAL ? x : std::sqrt(square);
}

}  // namespace

const std::vector<PlantedFault>& reduction_faults() {
    static const std::vector<PlantedFault> faults{
        {"sum.float32", Fn::sum, "sum adds in float32", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.sum = [](int64_t x) { return static_cast<double>(static_cast<float>(inner().sum(x))); };
         }},
        {"sum_dim.keepdim_ignored", Fn::sum_dim, "sum_dim never keeps the dim", Kind::shapes, "V4", "golden",
         [](Backend& to) { to.sum_dim = [](int64_t x, int64_t dim, bool) { return inner().sum_dim(x, dim, false); }; }},
        {"mean.halved", Fn::mean, "mean is half of what it should be", Kind::values, "V4", "golden",
         [](Backend& to) { to.mean = [](int64_t x) { return inner().mean(x) / 2; }; }},
        {"mean.int64_accepted", Fn::mean, "mean converts int64", Kind::errors, "V2", "golden",
         [](Backend& to) {
             to.mean = [](int64_t x) {
                 if (inner().dtype(x) != 3) return inner().mean(x);
                 const int64_t raised = inner().to_float(x);
                 const double result = inner().mean(raised);
                 inner().free(raised);
                 return result;
             };
         }},
        {"sum_dim.float32_partial", Fn::sum_dim, "sum_dim is lost where the terms before the last add up to too much",
         Kind::values, "V9", "golden property",
         [](Backend& to) {
             to.sum_dim = [](int64_t x, int64_t dim, bool keepdim) {
                 return then(inner().sum_dim(x, dim, keepdim), [&](int64_t sum) {
                     if (inner().dtype(x) == 3 || inner().requires_grad(x)) return aliased(sum);
                     // What the magnitudes add up to, less itself: NaN where it is infinite.
                     return then(then(inner().abs(x), [&](int64_t y) { return inner().sum_dim(y, dim, keepdim); }),
                                 [sum](int64_t most) {
                                     return then(inner().sub(most, most),
                                                 [sum](int64_t lost) { return inner().add(sum, lost); });
                                 });
                 });
             };
         }},
        {"mean_dim.sum_first", Fn::mean_dim, "mean_dim divides a sum, which overflows", Kind::values, "V9",
         "golden property",
         [](Backend& to) {
             to.mean_dim = [](int64_t x, int64_t dim, bool keepdim) {
                 const int64_t right = inner().mean_dim(x, dim, keepdim);
                 if (right <= 0 || inner().numel(x) == 0) return right;
                 const auto count = static_cast<double>(inner().numel(x) / inner().numel(right));
                 inner().free(right);
                 return then(inner().sum_dim(x, dim, keepdim),
                             [&](int64_t y) { return inner().mul_scalar(y, 1 / count); });
             };
         }},
        {"mean_dim.sums", Fn::mean_dim, "mean_dim does not divide", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.mean_dim = [](int64_t x, int64_t dim, bool keepdim) {
                 return inner().dtype(x) == 3 ? inner().mean_dim(x, dim, keepdim) : inner().sum_dim(x, dim, keepdim);
             };
         }},
        {"mean_dim.keepdim_reversed", Fn::mean_dim, "mean_dim keeps the dim where it should not", Kind::shapes, "V4",
         "differential",
         [](Backend& to) {
             to.mean_dim = [](int64_t x, int64_t dim, bool keepdim) { return inner().mean_dim(x, dim, !keepdim); };
         }},
        {"max.smallest", Fn::max, "max gives the smallest element", Kind::values, "V4", "golden",
         [](Backend& to) { to.max = inner().min; }},
        {"max.empty_accepted", Fn::max, "max of nothing is minus infinity", Kind::errors, "E3", "differential",
         [](Backend& to) {
             to.max = [](int64_t x) {
                 const double result = inner().max(x);
                 if (inner().last_error_code() != 3) return result;
                 inner().clear_error();
                 return -HUGE_VAL;
             };
         }},
        {"min.largest", Fn::min, "min gives the largest element", Kind::values, "V4", "golden",
         [](Backend& to) { to.min = inner().max; }},
        {"max_dim.smallest", Fn::max_dim, "max_dim gives the smallest elements", Kind::values, "V4", "golden",
         [](Backend& to) { to.max_dim = inner().min_dim; }},
        {"max_dim.positions", Fn::max_dim, "max_dim gives positions for values", Kind::shapes, "V4", "differential",
         [](Backend& to) { to.max_dim = inner().argmax; }},
        {"min_dim.keepdim_ignored", Fn::min_dim, "min_dim always keeps the dim", Kind::shapes, "V4", "differential",
         [](Backend& to) { to.min_dim = [](int64_t x, int64_t dim, bool) { return inner().min_dim(x, dim, true); }; }},
        {"argmax.smallest", Fn::argmax, "argmax finds the smallest element", Kind::values, "V4", "golden",
         [](Backend& to) { to.argmax = inner().argmin; }},
        {"argmax.float32", Fn::argmax, "argmax gives float32", Kind::shapes, "V2", "differential",
         [](Backend& to) {
             to.argmax = [](int64_t x, int64_t dim, bool keepdim) {
                 return then(inner().argmax(x, dim, keepdim), [](int64_t y) { return inner().to_float32(y); });
             };
         }},
        {"argmin.negative_dim", Fn::argmin, "argmin takes any negative dim for the first", Kind::shapes, "V4",
         "differential",
         [](Backend& to) {
             to.argmin = [](int64_t x, int64_t dim, bool keepdim) {
                 return inner().argmin(x, dim < 0 ? 0 : dim, keepdim);
             };
         }},
        {"argmin.largest_of_row", Fn::argmin, "argmin of one dim finds the largest element", Kind::values, "V4",
         "golden property",
         [](Backend& to) {
             to.argmin = [](int64_t x, int64_t dim, bool keepdim) {
                 return inner().ndim(x) == 1 ? inner().argmax(x, dim, keepdim) : inner().argmin(x, dim, keepdim);
             };
         }},
        {"std.variance", Fn::std, "std leaves the root out", Kind::values, "V4", "golden",
         [](Backend& to) { to.std = inner().var; }},
        {"var.biased", Fn::var, "var divides by n", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.var = [](int64_t x) {
                 const auto n = static_cast<double>(inner().numel(x));
                 return inner().var(x) * (n - 1) / n;
             };
         }},
        {"norm.squares", Fn::norm, "norm overflows and vanishes where the squares do", Kind::values, "V9", "golden",
         planted::after<&Backend::norm, root_of_square>},
        {"norm.sum_of_magnitudes", Fn::norm, "norm is the 1-norm", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.norm = [](int64_t x) {
                 const double exact = inner().norm(x);
                 if (inner().last_error_code() != 0) return exact;
                 const int64_t magnitudes = inner().abs(x);
                 const double result = inner().sum(magnitudes);
                 inner().free(magnitudes);
                 return result;
             };
         }},
        {"det.magnitude", Fn::det, "det loses its sign", Kind::values, "V4", "golden",
         [](Backend& to) { to.det = [](int64_t x) { return std::fabs(inner().det(x)); }; }},
        {"inverse.transposed", Fn::inverse, "inverse comes out transposed", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.inverse = [](int64_t x) {
                 return then(then(inner().inverse(x), [](int64_t y) { return inner().transpose(y, -1, -2); }),
                             [](int64_t y) { return inner().clone(y); });
             };
         }},
        {"svd.transposed", Fn::svd, "svd gives the left factor of the transpose", Kind::values, "V6", "golden",
         [](Backend& to) {
             to.svd = [](int64_t x) {
                 const int64_t exact = inner().svd(x);
                 if (exact <= 0) return exact;
                 inner().free(exact);
                 return then(inner().transpose(x, -1, -2), [](int64_t y) { return inner().svd(y); });
             };
         }},
        {"eig.squared", Fn::eig, "eig gives squares", Kind::values, "V6", "golden",
         [](Backend& to) {
             to.eig = [](int64_t x) { return then(inner().eig(x), [](int64_t y) { return inner().mul(y, y); }); };
         }},
        {"matmul.swapped", Fn::matmul, "matmul of square matrices swaps its arguments", Kind::values, "V4", "property",
         [](Backend& to) {
             to.matmul = [](int64_t a, int64_t b) {
                 const auto x = planted::dims_of(a);
                 const bool square = x.size() == 2 && x[0] == x[1] && planted::dims_of(b) == x;
                 return square ? inner().matmul(b, a) : inner().matmul(a, b);
             };
         }},
        {"matmul.transposed", Fn::matmul, "matmul gives the transpose of a 2-D product", Kind::shapes, "V4",
         "differential",
         [](Backend& to) {
             to.matmul = [](int64_t a, int64_t b) {
                 return then(inner().matmul(a, b), [](int64_t y) {
                     return inner().ndim(y) == 2 ? then(inner().t(y), [](int64_t z) { return inner().clone(z); })
                                                 : inner().clone(y);
                 });
             };
         }},
        {"dot.one_dim", Fn::dot, "dot gives a 1-D result", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.dot = [](int64_t a, int64_t b) {
                 return then(inner().dot(a, b), [](int64_t y) { return inner().unsqueeze(y, 0); });
             };
         }},
    };
    return faults;
}

}  // namespace simple

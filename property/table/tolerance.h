// How near two backends, or two expressions of one, come in the elements that a function gives.
#pragma once

#include <algorithm>
#include <cmath>

#include "ci/testkit/client.h"

namespace simple::property {

struct Tolerance {
    double rtol, atol;
};

// NaN is near NaN. An infinity is near itself alone: a part of it would be as infinite as its distance from all else.
inline bool is_near(double got, double want, Tolerance limit) {
    if (got == want || (std::isnan(got) && std::isnan(want))) return true;
    return std::isfinite(want) && std::abs(got - want) <= limit.atol + limit.rtol * std::abs(want);
}

// PyTorch's testing defaults of float32, and its wider ones where sums of products are formed ("Numbers as truth"). Its
// 1e-7 of float64 would take what was rounded to float32, which is half of that.
// products: how many squares a singular value is the root of, of one row or column. Added up one after the other, as
// MKL does, n of them are off by n 2^-24 of their sum at most (Higham, Accuracy and Stability of Numerical
// Algorithms, 3.1), and the root by half of that: more than the 1e-5 from 336 on.
inline Tolerance tolerance(Fn fn, DType dtype, int64_t products = 1) {
    const bool sums = fn == Fn::matmul || fn == Fn::linear || fn == Fn::dot || fn == Fn::conv2d || fn == Fn::inverse ||
                      fn == Fn::det || fn == Fn::batch_norm || fn == Fn::layer_norm || fn == Fn::eig ||
                      fn == Fn::eig_all;
    if (dtype == DType::f64) return {1e-9, 1e-9};
    if (dtype == DType::i64) return {0, 0};
    if (fn == Fn::svd_all) return {std::max(1e-5, static_cast<double>(products) * 0x1p-25), 1e-4};
    return sums ? Tolerance{1e-5, 1e-4} : Tolerance{5e-6, 1e-5};
}

}  // namespace simple::property

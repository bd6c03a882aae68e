// Determinant, inverse, singular value and eigenvalue decomposition of matrices and batches, by Eigen in double
// precision.
#pragma once

#include <vector>

#include "golden/reference/values.h"

namespace simple::reference {

double determinant(const Values& matrix);

// Code 6 for a matrix with a zero pivot.
Values inverse(const Values& x);
Values inverse_gradient(const Values& x, const Values& grad);

// U [..., m, k], S [..., k] and Vh [..., k, n] with k = min(m, n). Code 6 for a matrix that is not finite.
std::vector<Values> svd(const Values& x);
// From the gradients of U, S and Vh; null where there is none.
Values svd_gradient(const Values& x, const Values* to_u, const Values* to_s, const Values* to_vh);

// The real and imaginary parts of the eigenvalues [..., n], then of the eigenvectors in columns [..., n, n]. Code 6 for
// a matrix that is not finite.
std::vector<Values> eig(const Values& x);
// From the gradients of the four; null where there is none. Code 6 for those of complex eigenvectors, and where
// the result would depend on the phase of a real one, which is arbitrary.
Values eig_gradient(const Values& x, const std::vector<const Values*>& to_results);

}  // namespace simple::reference

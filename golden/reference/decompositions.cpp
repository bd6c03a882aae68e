#include "golden/reference/decompositions.h"

#include <Eigen/Dense>
#include <cmath>
#include <complex>

#include "impl/errors/error.h"

namespace simple::reference {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ComplexMatrix = Eigen::Matrix<std::complex<double>, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Complex = std::complex<double>;

int64_t rows(const Values& x) { return x.sizes[x.ndim() - 2]; }
int64_t columns(const Values& x) { return x.sizes[x.ndim() - 1]; }
Sizes batch_sizes(const Values& x) { return Sizes(x.sizes.begin(), x.sizes.end() - 2); }

// The batch's sizes followed by those of one result.
Sizes in_batch(const Values& x, std::initializer_list<int64_t> tail) {
    Sizes sizes = batch_sizes(x);
    sizes.insert(sizes.end(), tail);
    return sizes;
}

// Matrix b of a batch whose matrices have `height` rows; vectors are read as columns of width 1.
Eigen::Map<Matrix> matrix(Values& x, int64_t b, int64_t height, int64_t width) {
    return {x.reals.data() + b * height * width, height, width};
}
Eigen::Map<const Matrix> matrix(const Values& x, int64_t b, int64_t height, int64_t width) {
    return {x.reals.data() + b * height * width, height, width};
}

void check_finite(const Values& x) {
    for (double v : x.reals)
        if (!std::isfinite(v)) fail_holding(Code::numerical, "handle", x, v, "which is not finite");
}

struct Svd {
    Matrix u, v;  // A = u diag(s) v^T
    Eigen::VectorXd s;
};

Svd svd_of(const Eigen::Map<const Matrix>& a) {
    if (a.size() == 0) return {Matrix(a.rows(), 0), Matrix(a.cols(), 0), Eigen::VectorXd(0)};
    const Eigen::JacobiSVD<Eigen::MatrixXd> decomposition(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
    return {decomposition.matrixU(), decomposition.matrixV(), decomposition.singularValues()};
}

struct Eig {
    Eigen::VectorXcd values;
    ComplexMatrix vectors;  // columns of length 1
};

Eig eig_of(const Eigen::Map<const Matrix>& a) {
    if (a.size() == 0) return {Eigen::VectorXcd(0), ComplexMatrix(0, 0)};
    const Eigen::EigenSolver<Eigen::MatrixXd> decomposition(a);
    if (decomposition.info() != Eigen::Success) fail(Code::numerical, "the eigenvalues do not converge");
    return {decomposition.eigenvalues(), decomposition.eigenvectors()};
}

}  // namespace

double determinant(const Values& x) {
    if (x.numel() == 0) return 1;
    return rounded(Eigen::MatrixXd(matrix(x, 0, rows(x), rows(x))).partialPivLu().determinant(), x.dtype);
}

Values inverse(const Values& x) {
    const int64_t n = rows(x);
    Values out = zeros_like(x);
    for (int64_t b = 0; n > 0 && b < count(batch_sizes(x)); ++b) {
        const Eigen::PartialPivLU<Eigen::MatrixXd> lu(matrix(x, b, n, n));
        if ((lu.matrixLU().diagonal().array() == 0).any()) fail(Code::numerical, "handle is singular in matrix {}", b);
        matrix(out, b, n, n) = lu.inverse();
    }
    return out;
}

// With Y = X^-1: dX = -Y^T dY Y^T.
Values inverse_gradient(const Values& x, const Values& grad) {
    const int64_t n = rows(x);
    const Values y = inverse(x);
    Values to_x = zeros_like(x);
    for (int64_t b = 0; n > 0 && b < count(batch_sizes(x)); ++b)
        matrix(to_x, b, n, n) =
            -matrix(y, b, n, n).transpose() * matrix(grad, b, n, n) * matrix(y, b, n, n).transpose();
    return to_x;
}

std::vector<Values> svd(const Values& x) {
    check_finite(x);
    const int64_t m = rows(x), n = columns(x), k = std::min(m, n);
    Values u = zeros(x.dtype, in_batch(x, {m, k})), s = zeros(x.dtype, in_batch(x, {k})),
           vh = zeros(x.dtype, in_batch(x, {k, n}));
    for (int64_t b = 0; b < count(batch_sizes(x)); ++b) {
        const Svd of = svd_of(matrix(x, b, m, n));
        matrix(u, b, m, k) = of.u;
        matrix(s, b, k, 1) = of.s;
        matrix(vh, b, k, n) = of.v.transpose();
    }
    return {u, s, vh};
}

// dA = U [(skew(U^T dU) / E) S + S (skew(V^T dV) / E) + diag(dS)] V^T, plus the parts of dU and dV outside the spans of
// U and V; skew(X) = X - X^T and E_ij = s_j^2 - s_i^2 (PyTorch, FunctionsManual.cpp, svd_backward).
Values svd_gradient(const Values& x, const Values* to_u, const Values* to_s, const Values* to_vh) {
    const int64_t m = rows(x), n = columns(x), k = std::min(m, n);
    Values to_x = zeros_like(x);
    for (int64_t b = 0; k > 0 && b < count(batch_sizes(x)); ++b) {
        const Svd of = svd_of(matrix(x, b, m, n));
        const Matrix du = to_u ? Matrix(matrix(*to_u, b, m, k)) : Matrix::Zero(m, k);
        const Matrix dv = to_vh ? Matrix(matrix(*to_vh, b, k, n).transpose()) : Matrix::Zero(n, k);
        const Matrix utdu = of.u.transpose() * du, vtdv = of.v.transpose() * dv;
        Matrix inner = Matrix::Zero(k, k);
        for (int64_t i = 0; i < k; ++i)
            for (int64_t j = 0; j < k; ++j) {
                if (i == j) continue;
                const double gap = of.s[j] * of.s[j] - of.s[i] * of.s[i];
                if (to_u) inner(i, j) += (utdu(i, j) - utdu(j, i)) / gap * of.s[j];
                if (to_vh) inner(i, j) += of.s[i] * (vtdv(i, j) - vtdv(j, i)) / gap;
            }
        if (to_s) inner.diagonal() += matrix(*to_s, b, k, 1).col(0);
        Matrix da = of.u * inner * of.v.transpose();
        const Eigen::VectorXd inverse_s = of.s.cwiseInverse();
        if (to_u && m > k) da += (du - of.u * utdu) * inverse_s.asDiagonal() * of.v.transpose();
        if (to_vh && n > k) da += of.u * inverse_s.asDiagonal() * (dv - of.v * vtdv).transpose();
        matrix(to_x, b, m, n) = da;
    }
    return to_x;
}

std::vector<Values> eig(const Values& x) {
    check_finite(x);
    const int64_t n = rows(x);
    Values real = zeros(x.dtype, in_batch(x, {n})), imaginary = real, vectors_real = zeros_like(x),
           vectors_imaginary = vectors_real;
    for (int64_t b = 0; b < count(batch_sizes(x)); ++b) {
        const Eig of = eig_of(matrix(x, b, n, n));
        matrix(real, b, n, 1) = of.values.real();
        matrix(imaginary, b, n, 1) = of.values.imag();
        matrix(vectors_real, b, n, n) = of.vectors.real();
        matrix(vectors_imaginary, b, n, n) = of.vectors.imag();
    }
    return {real, imaginary, vectors_real, vectors_imaginary};
}

// dA = V^-H [diag(dL) + (V^H dV - V^H V diag(Re(V^H dV))) / conj(E)] V^H with E_ij = l_j - l_i, whose real part is the
// gradient of a real matrix (PyTorch, FunctionsManual.cpp, linalg_eig_backward).
Values eig_gradient(const Values& x, const std::vector<const Values*>& to_results) {
    const int64_t n = rows(x);
    const auto complex_part = [&](size_t real, int64_t b, int64_t height, int64_t width) {
        ComplexMatrix part = ComplexMatrix::Zero(height, width);
        if (to_results[real]) part += matrix(*to_results[real], b, height, width).cast<Complex>();
        if (to_results[real + 1])
            part += Complex(0, 1) * matrix(*to_results[real + 1], b, height, width).cast<Complex>();
        return part;
    };
    Values to_x = zeros_like(x);
    for (int64_t b = 0; n > 0 && b < count(batch_sizes(x)); ++b) {
        const Eig of = eig_of(matrix(x, b, n, n));
        const ComplexMatrix vh = of.vectors.adjoint();
        ComplexMatrix inner = ComplexMatrix::Zero(n, n);
        if (to_results[2] || to_results[3]) {
            const ComplexMatrix vhdv = vh * complex_part(2, b, n, n), vhv = vh * of.vectors;
            // 1e-2 is the tolerance of PyTorch's own check.
            if ((of.values.imag().array() != 0).any() || (vhdv.diagonal().imag().array().abs() > 1e-2).any())
                fail(Code::numerical, "the gradient of handle depends on the arbitrary phase of an eigenvector");
            for (int64_t i = 0; i < n; ++i)
                for (int64_t j = 0; j < n; ++j)
                    if (i != j)
                        inner(i, j) =
                            (vhdv(i, j) - vhv(i, j) * vhdv(j, j).real()) / std::conj(of.values[j] - of.values[i]);
        }
        inner.diagonal() += complex_part(0, b, n, 1).col(0);
        matrix(to_x, b, n, n) = vh.partialPivLu().solve(inner * vh).real();
    }
    return to_x;
}

}  // namespace simple::reference

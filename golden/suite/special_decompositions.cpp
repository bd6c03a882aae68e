// Decompositions by what defines them: orthogonality and reconstruction for svd, the multiset of eigenvalues for eig.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

using Numbers = std::vector<double>;

struct Matrix {
    const char* name;
    int64_t rows, columns;
    Numbers values;
};

const Matrix kMatrices[] = {
    {"1x1", 1, 1, {-2}},
    {"2x2", 2, 2, {1, 2, 3, 4}},
    {"tall", 3, 2, {1, 2, 3, 4, 5, 7}},
    {"wide", 2, 3, {2, 0, 1, -1, 3, 4}},
    {"rank-1", 3, 3, {1, 2, 3, 2, 4, 6, 3, 6, 9}},
    {"zeros", 2, 2, {0, 0, 0, 0}},
    {"identity", 3, 3, {1, 0, 0, 0, 1, 0, 0, 0, 1}},
};

double tolerance(DType dtype) { return dtype == DType::f32 ? 1e-5 : 1e-12; }

std::vector<Tensor> all(const Backend& b, Fn fn, const Tensor& x) {
    std::vector<Tensor> parts;
    for (const auto& item : call(b, fn, {x.get()}).items) parts.emplace_back(b, item.as_int);
    return parts;
}

// Columns of u (m by k) are orthonormal.
void expect_orthonormal(const Numbers& u, int64_t m, int64_t k, double limit) {
    for (int64_t i = 0; i < k; ++i) {
        for (int64_t j = 0; j < k; ++j) {
            double product = 0;
            for (int64_t r = 0; r < m; ++r) product += u[size_t(r * k + i)] * u[size_t(r * k + j)];
            EXPECT_NEAR(product, i == j ? 1 : 0, limit) << "columns " << i << " and " << j;
        }
    }
}

void check_svd_all(const Backend& b, const Matrix& a, DType type) {
    const double limit = tolerance(type) * 10;
    const Tensor x = make(b, type, a.values, {a.rows, a.columns});
    const std::vector<Tensor> parts = all(b, Fn::svd_all, x);
    ASSERT_EQ(parts.size(), 3u) << error_message(b);
    const int64_t k = std::min(a.rows, a.columns);
    const Numbers u = values(b, parts[0].get()), s = values(b, parts[1].get()), vh = values(b, parts[2].get());
    ASSERT_EQ(u.size(), size_t(a.rows * k));
    ASSERT_EQ(s.size(), size_t(k));
    ASSERT_EQ(vh.size(), size_t(k * a.columns));
    expect_orthonormal(u, a.rows, k, limit);
    for (int64_t i = 0; i < k; ++i) EXPECT_GE(s[size_t(i)], 0);
    EXPECT_TRUE(std::is_sorted(s.rbegin(), s.rend())) << "singular values descend";
    for (int64_t r = 0; r < a.rows; ++r) {
        for (int64_t c = 0; c < a.columns; ++c) {
            double value = 0;
            for (int64_t i = 0; i < k; ++i)
                value += u[size_t(r * k + i)] * s[size_t(i)] * vh[size_t(i * a.columns + c)];
            EXPECT_NEAR(value, a.values[size_t(r * a.columns + c)], limit * 10) << "U S Vh at " << r << ", " << c;
        }
    }
}

void check_svd(const Backend& b, const Matrix& a, DType type) {
    const double limit = tolerance(type) * 10;
    const Tensor x = make(b, type, a.values, {a.rows, a.columns});
    const Tensor result(b, b.svd(x.get()));
    ASSERT_TRUE(result) << error_message(b);
    const int64_t k = std::min(a.rows, a.columns);
    const Numbers u = values(b, result.get());
    ASSERT_EQ(u.size(), size_t(a.rows * k));
    expect_orthonormal(u, a.rows, k, limit);
    // U spans the columns of A: projecting onto U changes nothing.
    for (int64_t c = 0; c < a.columns; ++c) {
        for (int64_t r = 0; r < a.rows; ++r) {
            double projected = 0;
            for (int64_t i = 0; i < k; ++i)
                for (int64_t q = 0; q < a.rows; ++q)
                    projected += u[size_t(r * k + i)] * u[size_t(q * k + i)] * a.values[size_t(q * a.columns + c)];
            EXPECT_NEAR(projected, a.values[size_t(r * a.columns + c)], limit * 10);
        }
    }
}

// Eigenvalues from the characteristic polynomial, by hand.
struct Spectrum {
    const char* name;
    int64_t n;
    Numbers values;
    Numbers real;
};

const Spectrum kSpectra[] = {
    {"1x1", 1, {-3}, {-3}},
    {"diagonal", 3, {2, 0, 0, 0, -1, 0, 0, 0, 5}, {-1, 2, 5}},
    {"triangular", 3, {1, 7, -2, 0, 4, 3, 0, 0, -6}, {-6, 1, 4}},
    {"symmetric", 2, {2, 1, 1, 2}, {1, 3}},
    {"rotation", 2, {0, -1, 1, 0}, {0, 0}},
    {"complex", 2, {1, -2, 2, 1}, {1, 1}},
    {"swap", 2, {0, 1, 1, 0}, {-1, 1}},
    {"zeros", 2, {0, 0, 0, 0}, {0, 0}},
};

void check_eig(const Backend& b, const Spectrum& s, DType type) {
    const Tensor x = make(b, type, s.values, {s.n, s.n});
    const Tensor result(b, b.eig(x.get()));
    ASSERT_TRUE(result) << error_message(b);
    Numbers got = values(b, result.get());
    std::sort(got.begin(), got.end());
    ASSERT_EQ(got.size(), s.real.size());
    for (size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], s.real[i], tolerance(type) * 100);
}

// A v = lambda v, real and imaginary parts apart.
void check_eig_all(const Backend& b, const Spectrum& s, DType type) {
    const Tensor x = make(b, type, s.values, {s.n, s.n});
    const std::vector<Tensor> parts = all(b, Fn::eig_all, x);
    ASSERT_EQ(parts.size(), 4u) << error_message(b);
    Numbers part[4];
    for (size_t i = 0; i < 4; ++i) part[i] = values(b, parts[i].get());
    const auto n = static_cast<size_t>(s.n);
    for (size_t k = 0; k < n; ++k) {
        double length = 0;
        for (size_t r = 0; r < n; ++r) {
            double real = 0, imaginary = 0;
            for (size_t c = 0; c < n; ++c) {
                real += s.values[r * n + c] * part[2][c * n + k];
                imaginary += s.values[r * n + c] * part[3][c * n + k];
            }
            const double vr = part[2][r * n + k], vi = part[3][r * n + k];
            EXPECT_NEAR(real, part[0][k] * vr - part[1][k] * vi, tolerance(type) * 100);
            EXPECT_NEAR(imaginary, part[0][k] * vi + part[1][k] * vr, tolerance(type) * 100);
            length += vr * vr + vi * vi;
        }
        EXPECT_NEAR(length, 1, tolerance(type) * 10) << "eigenvectors have length 1";
    }
}

}  // namespace

std::vector<Case> decomposition_cases(const Backend& b) {
    std::vector<Case> cases;
    for (const DType type : {DType::f32, DType::f64}) {
        const std::string dtype = type == DType::f32 ? "f32-" : "f64-";
        for (const Matrix& a : kMatrices) {
            cases.push_back(
                {"svd/" + dtype + a.name, "svd", {"V6"}, a.rows == 2, [&b, &a, type] { check_svd(b, a, type); }});
            cases.push_back({"svd_all/" + dtype + a.name, "svd_all", {"V6"}, a.rows == 2, [&b, &a, type] {
                                 check_svd_all(b, a, type);
                             }});
        }
        for (const Spectrum& s : kSpectra) {
            cases.push_back(
                {"eig/" + dtype + s.name, "eig", {"V6"}, s.n == 2, [&b, &s, type] { check_eig(b, s, type); }});
            cases.push_back({"eig_all/" + dtype + s.name, "eig_all", {"V6"}, s.n == 2, [&b, &s, type] {
                                 check_eig_all(b, s, type);
                             }});
        }
    }
    return cases;
}

}  // namespace simple::golden

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
    {"negative-zero", 2, 2, {-0.0, 2, 3, -0.0}},
    {"5x4", 5, 4, {1, -2, 0.5, 3, 2, 2, -1, 0, -3, 1, 4, 1, 0.25, -1, 2, 2, 5, 0, 1, -4}},
};

// How the matrix lies in memory: as it is, as the transpose of its transpose, or as every second column of a wider one.
enum class Layout {
    contiguous,
    transposed,
    sliced
};

Tensor matrix(const Backend& b, DType type, const Numbers& values, int64_t rows, int64_t columns, Layout layout) {
    if (layout == Layout::contiguous) return make(b, type, values, {rows, columns});
    Numbers base;
    if (layout == Layout::transposed) {
        for (int64_t c = 0; c < columns; ++c)
            for (int64_t r = 0; r < rows; ++r) base.push_back(values[size_t(r * columns + c)]);
        const Tensor x = make(b, type, base, {columns, rows});
        return Tensor(b, b.t(x.get()));
    }
    constexpr double kUnseen = 77;
    for (const double value : values) base.insert(base.end(), {kUnseen, value});
    const Tensor x = make(b, type, base, {rows, 2 * columns});
    return Tensor(b, b.slice(x.get(), 1, 1, 2 * columns, 2));
}

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

void check_svd_all(const Backend& b, const Matrix& a, DType type, Layout layout) {
    const double limit = tolerance(type) * 10;
    const Tensor x = matrix(b, type, a.values, a.rows, a.columns, layout);
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

void check_svd(const Backend& b, const Matrix& a, DType type, Layout layout) {
    const double limit = tolerance(type) * 10;
    const Tensor x = matrix(b, type, a.values, a.rows, a.columns, layout);
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
    Numbers imaginary = {};  // none: all are real
};

const Spectrum kSpectra[] = {
    {"1x1", 1, {-3}, {-3}},
    {"diagonal", 3, {2, 0, 0, 0, -1, 0, 0, 0, 5}, {-1, 2, 5}},
    {"triangular", 3, {1, 7, -2, 0, 4, 3, 0, 0, -6}, {-6, 1, 4}},
    {"symmetric", 2, {2, 1, 1, 2}, {1, 3}},
    {"rotation", 2, {0, -1, 1, 0}, {0, 0}, {-1, 1}},
    {"complex", 2, {1, -2, 2, 1}, {1, 1}, {-2, 2}},
    {"swap", 2, {0, 1, 1, 0}, {-1, 1}},
    {"zeros", 2, {0, 0, 0, 0}, {0, 0}},
    {"negative-zero", 2, {-0.0, 2, 2, -0.0}, {-2, 2}},
    // The companion matrix of (x - 1)(x - 2)(x - 3)(x + 4).
    {"companion", 4, {2, 13, -38, 24, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}, {-4, 1, 2, 3}},
};

// The eigenvalues in any order: each promised one has a computed one of its own within the limit.
void expect_multiset(const Spectrum& s, const Numbers& real, const Numbers& imaginary, double limit) {
    ASSERT_EQ(real.size(), s.real.size());
    ASSERT_EQ(imaginary.size(), s.real.size());
    std::vector<bool> taken(real.size(), false);
    for (size_t i = 0; i < s.real.size(); ++i) {
        const double due = s.imaginary.empty() ? 0 : s.imaginary[i];
        size_t nearest = real.size();
        double distance = limit;
        for (size_t j = 0; j < real.size(); ++j) {
            const double here = std::hypot(real[j] - s.real[i], imaginary[j] - due);
            if (!taken[j] && here <= distance) nearest = j, distance = here;
        }
        ASSERT_LT(nearest, real.size()) << "no eigenvalue is " << s.real[i] << " + " << due << "i, got the real parts "
                                        << testing::PrintToString(real) << " and the imaginary "
                                        << testing::PrintToString(imaginary) << ", limit " << limit;
        taken[nearest] = true;
    }
}

void check_eig(const Backend& b, const Spectrum& s, DType type, Layout layout) {
    const Tensor x = matrix(b, type, s.values, s.n, s.n, layout);
    const Tensor result(b, b.eig(x.get()));
    ASSERT_TRUE(result) << error_message(b);
    Spectrum real = s;
    real.imaginary.clear();
    expect_multiset(real, values(b, result.get()), Numbers(s.real.size(), 0), tolerance(type) * 100);
}

// A v = lambda v, real and imaginary parts apart.
void check_eig_all(const Backend& b, const Spectrum& s, DType type, Layout layout) {
    const Tensor x = matrix(b, type, s.values, s.n, s.n, layout);
    const std::vector<Tensor> parts = all(b, Fn::eig_all, x);
    ASSERT_EQ(parts.size(), 4u) << error_message(b);
    Numbers part[4];
    for (size_t i = 0; i < 4; ++i) part[i] = values(b, parts[i].get());
    expect_multiset(s, part[0], part[1], tolerance(type) * 100);
    const auto n = static_cast<size_t>(s.n);
    ASSERT_EQ(part[2].size(), n * n);
    ASSERT_EQ(part[3].size(), n * n);
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
    const auto add = [&](const char* fn, const std::string& name, bool quick, std::function<void()> body) {
        cases.push_back({std::string(fn) + "/" + name, fn, {"V6"}, quick, std::move(body)});
    };
    for (const DType type : {DType::f32, DType::f64}) {
        for (const Layout layout : {Layout::contiguous, Layout::transposed, Layout::sliced}) {
            const bool plain = layout == Layout::contiguous;
            const std::string end = plain ? "" : layout == Layout::sliced ? "-sliced" : "-transposed";
            const std::string begin = type == DType::f32 ? "f32-" : "f64-";
            for (const Matrix& a : kMatrices) {
                const std::string name = begin + a.name + end;
                add("svd", name, plain && a.rows == 2, [&b, &a, type, layout] { check_svd(b, a, type, layout); });
                add("svd_all", name, plain && a.rows == 2,
                    [&b, &a, type, layout] { check_svd_all(b, a, type, layout); });
            }
            for (const Spectrum& s : kSpectra) {
                const std::string name = begin + s.name + end;
                add("eig", name, plain && s.n == 2, [&b, &s, type, layout] { check_eig(b, s, type, layout); });
                add("eig_all", name, plain && s.n == 2, [&b, &s, type, layout] { check_eig_all(b, s, type, layout); });
            }
        }
    }
    return cases;
}

}  // namespace simple::golden

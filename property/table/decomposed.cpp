#include "property/table/decomposed.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <sstream>

namespace simple::property {

namespace {

// One of a batch, row by row.
struct Matrix {
    size_t rows = 0, columns = 0;
    std::vector<double> elements;

    double at(size_t i, size_t k) const { return elements[i * columns + k]; }
};

std::vector<Matrix> batch_of(const Backend& backend, int64_t handle) {
    const Dims dims = shape(backend, handle);
    const std::vector<double> all = values(backend, handle);
    const auto rows = static_cast<size_t>(dims[dims.size() - 2]), columns = static_cast<size_t>(dims.back());
    std::vector<Matrix> batch;
    for (size_t at = 0, each = rows * columns; each > 0 && at < all.size(); at += each)
        batch.push_back({rows,
                         columns,
                         {all.begin() + static_cast<ptrdiff_t>(at), all.begin() + static_cast<ptrdiff_t>(at + each)}});
    return batch;
}

Matrix transposed(const Matrix& a) {
    Matrix result{a.columns, a.rows, std::vector<double>(a.elements.size())};
    for (size_t i = 0; i < a.rows; i++)
        for (size_t k = 0; k < a.columns; k++) result.elements[k * a.rows + i] = a.at(i, k);
    return result;
}

Matrix product(const Matrix& a, const Matrix& b) {
    Matrix result{a.rows, b.columns, std::vector<double>(a.rows * b.columns)};
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.columns; j++)
            for (size_t k = 0; k < b.columns; k++) result.elements[i * b.columns + k] += a.at(i, j) * b.at(j, k);
    return result;
}

double norm(const Matrix& a) {
    double sum = 0;
    for (const double x : a.elements) sum += x * x;
    return std::sqrt(sum);
}

// In the norm of LAPACK's bounds (Anderson et al., LAPACK Users' Guide, chapter 4), which are of backward stable
// algorithms: what is computed is exact of a matrix that is so close.
double limit_of(const Matrix& a, DType dtype) {
    constexpr double kSlack = 100;
    const double epsilon = dtype == DType::f32 ? 0x1p-23 : 0x1p-52;
    return kSlack * static_cast<double>(std::max(a.rows, a.columns)) * epsilon;
}

void claim_close(const Matrix& got, const Matrix& want, double limit, const char* what, const Claim& claim) {
    Matrix difference = got;
    for (size_t i = 0; i < difference.elements.size(); i++) difference.elements[i] -= want.elements[i];
    const double off = norm(difference);
    if (off <= limit) return;
    std::ostringstream text;
    text << what << " (V6): off by " << off << ", at most " << limit;
    claim(false, text.str());
}

void claim_orthonormal(const Matrix& u, double limit, const Claim& claim) {
    Matrix eye{u.columns, u.columns, std::vector<double>(u.columns * u.columns)};
    for (size_t i = 0; i < u.columns; i++) eye.elements[i * u.columns + i] = 1;
    claim_close(product(transposed(u), u), eye, limit, "singular vectors are not orthonormal", claim);
}

// Of A = (p + iq) (a + ib) / (p + iq), column by column; and its eigenvalues sum to its trace.
void claim_eigenvectors(const Matrix& a, const std::vector<std::complex<double>>& eigenvalues, const Matrix& real,
                        const Matrix& imaginary, double limit, const Claim& claim) {
    using Complex = std::complex<double>;
    std::ostringstream text;
    Complex sum = 0;
    for (size_t k = 0; k < a.columns; k++) {
        double off = 0, length = 0;
        for (size_t i = 0; i < a.rows; i++) {
            const Complex element(real.at(i, k), imaginary.at(i, k));
            Complex residual = -eigenvalues[k] * element;
            for (size_t j = 0; j < a.columns; j++) residual += a.at(i, j) * Complex(real.at(j, k), imaginary.at(j, k));
            off += std::norm(residual);
            length += std::norm(element);
        }
        const bool holds = length > 0 && std::sqrt(off) <= limit * std::sqrt(length);
        if (!holds) text << "eigenvector " << k << " is not only stretched (V6): off by " << std::sqrt(off);
        sum += eigenvalues[k];
        sum -= a.at(k, k);
    }
    if (!(std::abs(sum) <= limit)) text << "the eigenvalues do not sum to the trace (V6): off by " << sum;
    if (!text.str().empty()) claim(false, text.str() + ", at most " + std::to_string(limit));
}

}  // namespace

void claim_decomposed(Fn fn, const Backend& backend, const Args& arguments, const std::vector<int64_t>& results,
                      const Claim& claim) {
    if (fn != Fn::svd && fn != Fn::svd_all && fn != Fn::eig_all) return;
    if (results.empty()) return;  // it failed
    const int64_t matrix = std::get<int64_t>(arguments.front());
    const std::vector<Matrix> as = batch_of(backend, matrix);
    std::vector<std::vector<double>> numbers;
    for (const int64_t result : results) numbers.push_back(values(backend, result));
    for (size_t i = 0; i < as.size(); i++) {
        const Matrix& a = as[i];
        const double limit = limit_of(a, dtype(backend, matrix));
        const auto part = [&](size_t result, size_t rows, size_t columns) {
            if (numbers.at(result).size() < (i + 1) * rows * columns)
                throw Broken("a result has too few elements (V6)");
            const auto begin = numbers[result].begin() + static_cast<ptrdiff_t>(i * rows * columns);
            return Matrix{rows, columns, {begin, begin + static_cast<ptrdiff_t>(rows * columns)}};
        };
        if (fn == Fn::eig_all) {
            std::vector<std::complex<double>> eigenvalues;
            for (size_t k = 0; k < a.rows; k++)
                eigenvalues.emplace_back(part(0, 1, a.rows).at(0, k), part(1, 1, a.rows).at(0, k));
            claim_eigenvectors(a, eigenvalues, part(2, a.rows, a.rows), part(3, a.rows, a.rows), limit * norm(a),
                               claim);
            continue;
        }
        const size_t least = std::min(a.rows, a.columns);
        const Matrix u = part(0, a.rows, least);
        claim_orthonormal(u, limit, claim);
        if (fn == Fn::svd) {
            claim_close(product(u, product(transposed(u), a)), a, limit * norm(a),
                        "the left singular vectors do not span the columns", claim);
            continue;
        }
        const Matrix singular = part(1, 1, least);
        Matrix right = part(2, least, a.columns);
        claim_orthonormal(transposed(right), limit, claim);
        for (size_t k = 0; k < right.elements.size(); k++) right.elements[k] *= singular.at(0, k / a.columns);
        claim_close(product(u, right), a, limit * norm(a), "U S Vh is not the matrix", claim);
    }
}

}  // namespace simple::property

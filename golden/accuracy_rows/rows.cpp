#include "golden/accuracy_rows/rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace simple::accuracy {

namespace {

using Exact = std::vector<long double>;

long double sum(const float* x, int64_t n) {
    long double total = 0;
    for (int64_t i = 0; i < n; i++) total += x[i];
    return total;
}

long double squares(const float* x, int64_t n, long double around = 0) {
    long double total = 0;
    for (int64_t i = 0; i < n; i++) total += (x[i] - around) * (x[i] - around);
    return total;
}

long double mean(const float* x, int64_t n) { return sum(x, n) / static_cast<long double>(n); }
long double variance(const float* x, int64_t n) { return squares(x, n, mean(x, n)) / static_cast<long double>(n - 1); }

Exact normalized(const float* x, int64_t n, double eps) {
    const long double center = mean(x, n);
    const long double spread = std::sqrt(squares(x, n, center) / static_cast<long double>(n) + eps);
    Exact result;
    for (int64_t i = 0; i < n; i++) result.push_back((x[i] - center) / spread);
    return result;
}

// An image of n elements, as square as can be.
Dims image(int64_t n) {
    auto rows = static_cast<int64_t>(std::sqrt(static_cast<double>(n)));
    while (n % rows != 0) rows--;
    return {1, 1, rows, n / rows};
}

const std::vector<Data> kBoth = {Data::tenths, Data::drawn};

// A function that gives a number for a tensor of n elements.
Row reduction(Fn fn, long double (*exact)(const float*, int64_t), const std::vector<Data>& data = kBoth) {
    return {std::string(function(fn).name), fn, data, [=](Sides& sides, int64_t n, Data kind) {
                const Operand x = sides.filled({n}, kind);
                return Result{sides.number(step(fn, {x})), {exact(sides.data(x), n)}};
            }};
}

// A function of two tensors of the given shapes that gives their scalar product.
Row product(Fn fn, const std::string& call, Dims (*left)(int64_t), Dims (*right)(int64_t),
            std::vector<Input> more = {}) {
    return {call, fn, kBoth, [=](Sides& sides, int64_t n, Data kind) {
                const Operand x = sides.filled(left(n), kind), y = sides.filled(right(n), kind);
                std::vector<Input> inputs = {x, y};
                inputs.insert(inputs.end(), more.begin(), more.end());
                const Operand z = sides.tensor(step(fn, inputs), {1});
                return Result{sides.elements(z), {squares(sides.data(x), n)}};  // the same numbers are drawn twice
            }};
}

// sum_dim or mean_dim of [1, n] over its rows, or of [n, 4] over its columns.
Row along(Fn fn, const std::string& shape, bool columns) {
    return {std::string(function(fn).name) + " of " + shape, fn, kBoth, [=](Sides& sides, int64_t n, Data kind) {
                const int64_t width = columns ? 4 : 1;
                const Operand x = sides.filled(columns ? Dims{n, width} : Dims{width, n}, kind);
                const Operand z = sides.tensor(step(fn, {x, columns ? 0 : 1, false}), {width});
                Exact totals(static_cast<size_t>(width));
                for (int64_t i = 0; i < n * width; i++) totals[static_cast<size_t>(i % width)] += sides.data(x)[i];
                for (long double& total : totals) total /= fn == Fn::mean_dim ? static_cast<long double>(n) : 1;
                return Result{sides.elements(z), totals};
            }};
}

Row average_pool() {
    return {"avg_pool2d to one", Fn::avg_pool2d, kBoth, [](Sides& sides, int64_t n, Data kind) {
                const Dims dims = image(n);
                const Operand x = sides.filled(dims, kind);
                const Operand z = sides.tensor(
                    step(Fn::avg_pool2d, {x, Array::ints({dims[2], dims[3]}), Array::ints({}), Array::ints({})}), {1});
                return Result{sides.elements(z), {mean(sides.data(x), n)}};
            }};
}

// What batch_norm takes for a channel's mean or variance: with momentum 1 the running statistic afterwards.
Row batch_statistic(const std::string& shape, Dims (*dims)(int64_t), bool of_variance) {
    const std::vector<Data> data = of_variance ? std::vector<Data>{Data::drawn} : kBoth;
    return {"batch_norm of " + shape + (of_variance ? ", the variance" : ", the mean"), Fn::batch_norm, data,
            [=](Sides& sides, int64_t n, Data kind) {
                const Operand x = sides.filled(dims(n), kind), means = sides.filled({1}, Data::tenths),
                              variances = sides.filled({1}, Data::tenths);
                sides.tensor(step(Fn::batch_norm, {x, means, variances, 0, 0, true, 1.0, 1e-5}), dims(n));
                if (of_variance) return Result{sides.elements(variances), {variance(sides.data(x), n)}};
                return Result{sides.elements(means), {mean(sides.data(x), n)}};
            }};
}

Row layer_norm() {
    return {"layer_norm", Fn::layer_norm, {Data::drawn}, [](Sides& sides, int64_t n, Data kind) {
                const Operand x = sides.filled({n}, kind);
                const Operand z = sides.tensor(step(Fn::layer_norm, {x, Array::ints({n}), 0, 0, 1e-5}), {n});
                return Result{sides.elements(z), normalized(sides.data(x), n, 1e-5)};
            }};
}

std::vector<Row> made_rows() {
    const auto one_row = [](int64_t n) -> Dims { return {1, n}; };
    const auto one_column = [](int64_t n) -> Dims { return {n, 1}; };
    const auto vector = [](int64_t n) -> Dims { return {n}; };
    const auto norm = [](const float* x, int64_t n) { return std::sqrt(squares(x, n)); };
    const auto deviation = [](const float* x, int64_t n) { return std::sqrt(variance(x, n)); };
    return {reduction(Fn::sum, sum),
            reduction(Fn::mean, mean),
            reduction(Fn::norm, norm),
            reduction(Fn::var, variance, {Data::drawn}),
            reduction(Fn::std, deviation, {Data::drawn}),
            along(Fn::sum_dim, "[1, n]", false),
            along(Fn::sum_dim, "[n, 4]", true),
            along(Fn::mean_dim, "[1, n]", false),
            along(Fn::mean_dim, "[n, 4]", true),
            product(Fn::dot, "dot", vector, vector),
            product(Fn::matmul, "matmul of [1, n] and [n, 1]", one_row, one_column),
            product(Fn::linear, "linear of [1, n] to one", one_row, one_row, {0}),
            average_pool(),
            batch_statistic("[n, 1]", one_column, false),
            batch_statistic("[n, 1]", one_column, true),
            batch_statistic("an image", image, false),
            batch_statistic("an image", image, true),
            layer_norm()};
}

}  // namespace

const std::vector<Row>& rows() {
    static const std::vector<Row> made = made_rows();
    return made;
}

double largest(const std::vector<long double>& exact) {
    long double most = 0;
    for (const long double value : exact) most = std::max(most, std::abs(value));
    return static_cast<double>(most);
}

double error(const std::vector<double>& got, const std::vector<long double>& exact) {
    long double most = 0;
    for (size_t i = 0; i < exact.size(); i++) {
        if (!std::isfinite(got.at(i))) return std::numeric_limits<double>::infinity();
        most = std::max(most, std::abs(got[i] - exact[i]));
    }
    return static_cast<double>(most) / largest(exact);
}

Result layer_norm_at(Sides& sides, int64_t offset) {
    const auto from = static_cast<double>(offset);
    const Operand x = sides.tensor(step(Fn::arange, {from, from + 4, 1.0}), {4});
    const Operand z = sides.tensor(step(Fn::layer_norm, {x, Array::ints({4}), 0, 0, 1e-5}), {4});
    return {sides.elements(z), normalized(sides.data(x), 4, 1e-5)};
}

}  // namespace simple::accuracy

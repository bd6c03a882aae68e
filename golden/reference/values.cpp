#include "golden/reference/values.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace simple::reference {
namespace {

// Strides with which a tensor of sizes `from` is read at every index of `to`: 0 along dims that stretch.
Sizes stretching_strides(const Sizes& from, const Sizes& to) {
    Sizes strides(to.size(), 0);
    int64_t stride = 1;
    for (size_t back = 1; back <= from.size(); ++back) {
        const int64_t size = from[from.size() - back];
        if (size != 1) strides[to.size() - back] = stride;
        stride *= size;
    }
    return strides;
}

int64_t to_int64(double x) {
    constexpr double kLimit = 9223372036854775808.0;  // 2^63
    return x >= -kLimit && x < kLimit ? static_cast<int64_t>(x) : std::numeric_limits<int64_t>::min();
}

}  // namespace

int64_t count(const Sizes& sizes) {
    int64_t product = 1;
    for (int64_t size : sizes) product *= size;
    return product;
}

Values filled(DType dtype, const Sizes& sizes, double value) {
    Values x;
    x.dtype = dtype;
    x.sizes = sizes;
    if (dtype == DType::i64)
        x.wholes.assign(count(sizes), to_int64(value));
    else
        x.reals.assign(count(sizes), value);
    return x;
}

Values zeros(DType dtype, const Sizes& sizes) { return filled(dtype, sizes, 0); }

Values zeros_like(const Values& x) { return zeros(x.dtype, x.sizes); }

void copy_element(const Values& from, int64_t from_at, Values& to, int64_t to_at) {
    if (to.is_whole())
        to.wholes[to_at] = from.wholes[from_at];
    else
        to.reals[to_at] = from.reals[from_at];
}

Values converted(Values x, DType dtype) {
    if (dtype == x.dtype) return x;
    Values y = zeros(dtype, x.sizes);
    for (int64_t i = 0; i < x.numel(); ++i) {
        if (dtype == DType::i64)
            y.wholes[i] = to_int64(x.reals[i]);
        else if (x.is_whole() && dtype == DType::f32)
            y.reals[i] = static_cast<float>(x.wholes[i]);
        else
            y.reals[i] = x.real(i);
    }
    return rounded(std::move(y));
}

Values rounded(Values x) {
    if (x.dtype == DType::f32)
        for (double& v : x.reals) v = static_cast<float>(v);
    return x;
}

double rounded(double x, DType dtype) { return dtype == DType::f32 ? static_cast<float>(x) : x; }

void fail_holding(Code code, const std::string& parameter, const Values& x, double v, const char* what) {
    if (x.dtype == DType::f32) fail(code, "{} holds {}, {}", parameter, static_cast<float>(v), what);
    fail(code, "{} holds {}, {}", parameter, v, what);
}

Values reshaped(Values x, const Sizes& sizes) {
    x.sizes = sizes;
    return x;
}

Values transposed(const Values& x) {
    const int64_t rows = x.sizes[0], columns = x.sizes[1];
    return read(x, {columns, rows}, {1, columns}, 0);
}

Sizes broadcast(const Sizes& a, const Sizes& b) {
    Sizes sizes(std::max(a.size(), b.size()), 1);
    for (const Sizes* from : {&a, &b})
        for (size_t back = 1; back <= from->size(); ++back) {
            const int64_t size = (*from)[from->size() - back];
            if (size != 1) sizes[sizes.size() - back] = size;
        }
    return sizes;
}

Values expanded(const Values& x, const Sizes& sizes) {
    if (x.sizes == sizes) return x;
    return read(x, sizes, stretching_strides(x.sizes, sizes), 0);
}

Values summed_to(const Values& x, const Sizes& sizes) {
    if (x.sizes == sizes) return x;
    Values sum = zeros(x.dtype, sizes);
    for_each(x.sizes, stretching_strides(sizes, x.sizes), 0,
             [&](int64_t i, int64_t at) { sum.reals[at] += x.reals[i]; });
    return sum;
}

int64_t wrapped(int64_t dim, int64_t ndim) { return dim < 0 ? dim + std::max<int64_t>(ndim, 1) : dim; }

Split::Split(const Sizes& sizes, int64_t dim) : outer(1), size(1), inner(1) {
    const int64_t ndim = static_cast<int64_t>(sizes.size());
    const int64_t at = wrapped(dim, ndim);
    for (int64_t d = 0; d < ndim; ++d) (d < at ? outer : d == at ? size : inner) *= sizes[d];
}

Values read(const Values& storage, const Sizes& sizes, const Sizes& strides, int64_t offset) {
    Values x = zeros(storage.dtype, sizes);
    for_each(sizes, strides, offset, [&](int64_t i, int64_t at) { copy_element(storage, at, x, i); });
    return x;
}

void write(Values& storage, const Sizes& sizes, const Sizes& strides, int64_t offset, const Values& x) {
    const Values y = converted(x, storage.dtype);
    for_each(sizes, strides, offset, [&](int64_t i, int64_t at) { copy_element(y, i, storage, at); });
}

}  // namespace simple::reference

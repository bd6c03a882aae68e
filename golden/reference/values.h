// The reference's tensors: dense, row-major, in double precision (or exact int64). Kernels work on these alone; strides
// exist only where a view is read from or written to its storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "impl/errors/error.h"
#include "impl/rules/meta.h"

namespace simple::reference {

using rules::DType;

using Sizes = std::vector<int64_t>;

int64_t count(const Sizes& sizes);  // the number of elements

struct Values {
    DType dtype = DType::f64;
    Sizes sizes;
    std::vector<double> reals;    // the elements of float32 and float64 tensors
    std::vector<int64_t> wholes;  // the elements of int64 tensors

    bool is_whole() const { return dtype == DType::i64; }
    int64_t numel() const { return count(sizes); }
    int64_t ndim() const { return static_cast<int64_t>(sizes.size()); }
    double real(int64_t i) const { return is_whole() ? static_cast<double>(wholes[i]) : reals[i]; }
};

Values filled(DType dtype, const Sizes& sizes, double value);
Values zeros(DType dtype, const Sizes& sizes);
Values zeros_like(const Values& x);
// One element to another place, of one dtype.
void copy_element(const Values& from, int64_t from_at, Values& to, int64_t to_at);

// The elements in another dtype: to int64 towards zero (NaN and what int64 cannot hold become its minimum, as x86
// converts), to float32 rounded to the nearest.
Values converted(Values x, DType dtype);
// Rounds float32 elements to what float32 can hold; other dtypes stay.
Values rounded(Values x);
double rounded(double x, DType dtype);

// "PARAMETER holds VALUE, WHAT": v is an element of x, shown by the shortest text that x's dtype reads back
// (of a call with several dtypes the highest).
[[noreturn]] void fail_holding(Code code, const std::string& parameter, const Values& x, double v, const char* what);

Values reshaped(Values x, const Sizes& sizes);
Values transposed(const Values& x);  // of a matrix

// Broadcasting, PyTorch's rules: sizes are aligned at the end, 1 stretches.
Sizes broadcast(const Sizes& a, const Sizes& b);
Values expanded(const Values& x, const Sizes& sizes);
// The inverse for gradients: sums over the dims that expanded would have stretched.
Values summed_to(const Values& x, const Sizes& sizes);

// dim counted from the front; a 0-d tensor has dim 0, as PyTorch has it.
int64_t wrapped(int64_t dim, int64_t ndim);

// A tensor seen along one dim: element (o, i, j) lies at (o * size + i) * inner + j.
struct Split {
    int64_t outer, size, inner;
    Split(const Sizes& sizes, int64_t dim);
    int64_t at(int64_t o, int64_t i, int64_t j) const { return (o * size + i) * inner + j; }
};

// A view of a storage, whose elements are dense Values of any shape: strides and offset count elements.
Values read(const Values& storage, const Sizes& sizes, const Sizes& strides, int64_t offset);
void write(Values& storage, const Sizes& sizes, const Sizes& strides, int64_t offset, const Values& x);

// Calls f(i, at) for the i-th element of a view in row-major order, which lies at `at` in its storage.
template <class F>
void for_each(const Sizes& sizes, const Sizes& strides, int64_t offset, F f) {
    const int64_t total = count(sizes);
    std::vector<int64_t> index(sizes.size(), 0);
    for (int64_t i = 0, at = offset; i < total; ++i) {
        f(i, at);
        for (size_t d = sizes.size(); d-- > 0;) {
            if (index[d] + 1 < sizes[d]) {
                ++index[d];
                at += strides[d];
                break;
            }
            at -= strides[d] * index[d];  // no step past the end: of a dim of size 1 the stride may be any number
            index[d] = 0;
        }
    }
}

}  // namespace simple::reference

// What a tensor is, apart from its elements: all that the shape rules look at.
#pragma once

#include <cstdint>
#include <vector>

#include "impl/errors/error.h"
#include "impl/rules/dims.h"

namespace simple::rules {

// Numbered as rt_torch_torchtensor_dtype gives them.
enum class DType : int32_t {
    f32 = 1,
    f64 = 2,
    i64 = 3,
    boolean = 4,
    other = 5
};

const char* name(DType dtype);
int64_t bytes(DType dtype);  // of one element
inline bool floating(DType dtype) { return dtype == DType::f32 || dtype == DType::f64; }

// The higher of two in the order int64 < float32 < float64 (V1).
inline DType promoted(DType a, DType b) {
    const auto rank = [](DType d) { return d == DType::f64 ? 2 : d == DType::f32 ? 1 : 0; };
    return rank(a) >= rank(b) ? a : b;
}
inline DType floated(DType dtype) { return floating(dtype) ? dtype : DType::f32; }

struct Meta {
    Dims sizes;
    Dims strides;        // in elements
    int64_t offset = 0;  // of the first element in its storage
    DType dtype = DType::f32;

    int64_t ndim() const { return static_cast<int64_t>(sizes.size()); }
    int64_t numel() const;
    bool contiguous() const;  // row-major, PyTorch's is_contiguous
};

inline constexpr int64_t kMostDims = 64;

int64_t numel(const Dims& sizes);
Dims row_major(const Dims& sizes);

// A new row-major tensor. A size over 2^46 bytes is a Fault of code 7 (E7).
Meta fresh(const Dims& sizes, DType dtype);

// Faults of code 2: negative sizes, more than 64, or bytes that overflow int64, 0 counted as 1. The size at `open`,
// where there is one, is not known yet and counts as 1.
void check_sizes(const Dims& sizes, DType dtype, const char* parameter, int64_t open = -1);

// dim counted from the front; a Fault of code 5 outside [-ndim, ndim). A 0-d tensor takes -1 and 0.
[[gnu::always_inline]] inline int64_t wrap(int64_t dim, int64_t ndim, const char* parameter = "dim") {
    const int64_t range = ndim > 1 ? ndim : 1;
    if (__builtin_expect(dim < -range || dim >= range, 0))
        fail(Code::range, "{} {} is outside [{}, {}]", parameter, dim, -range, range - 1);
    return dim < 0 ? dim + range : dim;
}

// PyTorch's broadcasting of two shapes; a Fault of code 3 when they do not fit.
Dims broadcast(const Dims& a, const Dims& b, const char* name_a, const char* name_b);

}  // namespace simple::rules

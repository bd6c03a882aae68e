#include "bench/calls/operands.h"

namespace simple::bench {
namespace {

// From so many elements on the backend draws them itself: as an array of values they take longer to hand over than most
// calls to time.
constexpr int64_t kMany = 10000;

}  // namespace

Operand Operands::filled(const Dims& dims, DType dtype, double low, double high) {
    if (control_ && dtype == DType::f32 && count(dims) >= kMany) return drawn(dims, low, high);
    TensorSpec spec;
    spec.dtype = dtype;
    spec.base = dims;
    for (int64_t i = 0; i < count(dims); ++i)
        spec.values.push_back(dtype == DType::i64 ? static_cast<double>(random_.between(0, 9))
                                                  : random_.real(low, high));
    text_ += (text_.empty() ? "" : ", ") + text_of(dims);
    return drawer_.make(spec);
}

Operand Operands::drawn(const Dims& dims, double low, double high) {
    text_ += (text_.empty() ? "" : ", ") + text_of(dims);
    before(step(Fn::manual_seed, {random_.between(0, 1 << 30)}));
    const Operand numbers = made(step(Fn::rand, {Array::ints(dims)}), dims);
    const Operand scaled = made(step(Fn::mul_scalar, {numbers, high - low}), dims);
    return made(step(Fn::add_scalar, {scaled, low}), dims);
}

Operand Operands::tensor(const Dims& dims) { return filled(dims, real(), -1, 1); }

Operand Operands::positive(const Dims& dims) { return filled(dims, real(), 0.1, 0.9); }

Operand Operands::of_dtype(const Dims& dims, DType dtype) { return filled(dims, dtype, -1, 1); }

Operand Operands::square() {
    const int64_t n = smallest() ? 4 : 64;
    TensorSpec spec;
    spec.dtype = real();
    spec.base = {n, n};
    for (int64_t i = 0; i < n * n; ++i)
        spec.values.push_back((i / n == i % n ? 2.0 : 0.0) + random_.real(-1, 1) / static_cast<double>(n));
    text_ += (text_.empty() ? "" : ", ") + text_of(spec.base);
    return drawer_.make(spec);
}

Operand Operands::classes(const Dims& dims, int64_t below) {
    TensorSpec spec;
    spec.dtype = control_ ? DType::i64 : DType::f64;
    spec.base = dims;
    for (int64_t i = 0; i < count(dims); ++i) spec.values.push_back(static_cast<double>(random_.between(0, below - 1)));
    text_ += (text_.empty() ? "" : ", ") + text_of(dims);
    return drawer_.make(spec);
}

TimedCall Operands::call(Fn fn, const std::vector<Input>& inputs) const {
    return {fn, size_, text_, drawer_.program, {}, step(fn, inputs)};
}

}  // namespace simple::bench

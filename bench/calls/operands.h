// Operands of timed calls: contiguous tensors on the CPU, the same elements in every process.
#pragma once

#include <initializer_list>
#include <string>

#include "bench/calls/timed_call.h"

namespace simple::bench {

// A timed call under construction.
class Operands {
  public:
    // control: whether the backend has the control functions, without which operands are float64.
    Operands(Size size, bool control) : size_(size), control_(control), drawer_(random_) { drawer_.layouts = false; }

    bool smallest() const { return size_ == Size::smallest; }
    // Elements within [-1, 1]; within [0.1, 0.9] of positive.
    Operand tensor(const Dims& dims);
    Operand positive(const Dims& dims);
    // Regular: the diagonal dominates.
    Operand square();
    Operand classes(const Dims& dims, int64_t below);  // 0 to below - 1
    Operand of_dtype(const Dims& dims, DType dtype);
    // The usual operand: 4x4, a batch of images as rows, or a million elements.
    Dims matrix() const { return smallest() ? Dims{4, 4} : size_ == Size::large ? Dims{1000, 1000} : Dims{64, 784}; }

    // A call that is made once before the timed ones, and gives a tensor.
    Operand made(Step step, const Dims& dims) { return drawer_.append(std::move(step), DType::f32, dims); }
    void before(Step step) { drawer_.append(std::move(step)); }

    TimedCall call(Fn fn, const std::vector<Input>& inputs) const;

  private:
    Operand filled(const Dims& dims, DType dtype, double low, double high);
    Operand drawn(const Dims& dims, double low, double high);  // float32, by the backend

    DType real() const { return control_ ? DType::f32 : DType::f64; }

    Size size_;
    bool control_;
    Random random_{20240229};
    Drawer drawer_;
    std::string text_;
};

std::optional<TimedCall> timed_layer(Fn fn, Operands& operands);     // conv2d to embedding, losses
std::optional<TimedCall> timed_autograd(Fn fn, Operands& operands);  // gradients, grad mode, free

}  // namespace simple::bench

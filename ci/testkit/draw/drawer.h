// The raw material of the tester's table: tensors described as data and the calls that make them.
#pragma once

#include <vector>

#include "ci/testkit/client.h"
#include "ci/testkit/draw/program.h"
#include "ci/testkit/draw/random.h"

namespace simple {

using Dims = std::vector<int64_t>;

int64_t count(const Dims& dims);  // the number of elements

// A call that turns one tensor into another: its arguments after the tensor.
struct LayoutOp {
    Fn fn;  // transpose, slice
    Args rest;
};

// A tensor as data: row-major elements of base dims in a dtype, seen through layout operations.
struct TensorSpec {
    DType dtype = DType::f32;
    Dims base;
    std::vector<double> values;  // as many as base has elements
    std::vector<LayoutOp> layout;
    bool requires_grad = false;
};

// What the elements are: small is within [-2, 2]; unit within [0, 1]; classes whole numbers below a limit.
enum class Values {
    small,
    unit,
    classes
};

// A tensor that a step of the program returns.
struct Operand {
    size_t step = 0;
    int result = 0;
    DType dtype = DType::f32;
    Dims dims;
};

// An argument of a step under construction.
class Input {
  public:
    Input(int64_t value) : arg(value) {}
    Input(int value) : arg(int64_t{value}) {}
    Input(double value) : arg(value) {}
    Input(bool value) : arg(value) {}
    Input(Array value) : arg(std::move(value)) {}
    Input(const Operand& operand) : arg(int64_t{0}), operands{operand} {}
    Input(const std::vector<Operand>& list);

    Arg arg;
    std::vector<Operand> operands;
};

Step step(Fn fn, const std::vector<Input>& inputs);

// Draws operands and appends the calls that make them to program. With a pool, what is in it is used where it fits.
class Drawer {
  public:
    explicit Drawer(Random& random) : random(random) {}

    Random& random;
    Program program;
    std::vector<Operand> pool;
    // Where set, every tensor drawn has this dtype.
    const DType* only = nullptr;
    // Where false, drawn tensors are contiguous.
    bool layouts = true;

    static const std::vector<DType>& all();
    static const std::vector<DType>& floating();

    Dims dims(int64_t lowest_ndim = 0, int64_t highest_ndim = 4);
    // The dims as an argument: INT elements, sometimes whole FLOATs, sometimes NULL for none.
    Array ints(const Dims& values);
    // A dim of a tensor with ndim dims, counted from either end.
    int64_t dim(size_t ndim);
    DType dtype(const std::vector<DType>& choices);

    Operand make(const TensorSpec& spec);
    // A new tensor of these dims in a drawn layout. limit bounds Values::classes.
    Operand tensor(const Dims& dims, DType dtype, Values values = Values::small, int64_t limit = 0);
    // A tensor of the pool whose dims lie between the bounds, else a new one.
    Operand any(const std::vector<DType>& dtypes, int64_t lowest_ndim = 0, int64_t highest_ndim = 4);
    // Indices below limit: int64, or whole numbers in floats.
    Operand indices(const Dims& dims, int64_t limit);
    // Appends a call that returns a tensor whose dims and dtype the caller knows.
    Operand append(Step step, DType dtype, Dims dims);
    void append(Step step) { program.push_back(std::move(step)); }
    // What is known of the tensor that an argument of a step names.
    const Operand& known(const Ref& ref) const;

  private:
    std::vector<Operand> made_;
};

}  // namespace simple

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
    Fn fn;  // transpose, permute, slice
    Args rest;
};

// A tensor as data: row-major elements of base dims in a dtype, seen through layout operations.
struct TensorSpec {
    DType dtype = DType::f32;
    Dims base;
    std::vector<double> values;  // as many as base has elements, or fewer that repeat
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

// The contract's limit.
inline constexpr int64_t kMostDims = 64;

// A tensor of more elements is made of copies of fewer.
inline constexpr int64_t kFewElements = 256;

// How far from the usual drawings go. Libraries beneath a backend have limits of their own: oneDNN took 12 dims, others
// count in int32 or in blocks.
enum class Reach {
    usual,  // up to 4 dims of up to 5
    ranks,  // now and then up to 64 dims, and strides, steps and dilations up to their limits
    sizes   // now and then a size of up to 65,537 too; of a backend that reads a tensor back in one call
};

// Draws operands and appends the calls that make them to program. With a pool, what is in it is used where it fits.
class Drawer {
  public:
    explicit Drawer(Random& random, Reach reach = Reach::usual) : random(random), reach(reach) {}

    Random& random;
    const Reach reach;
    Program program;
    std::vector<Operand> pool;
    // Where set, every tensor drawn has this dtype.
    const DType* only = nullptr;
    // Where false, drawn tensors are contiguous.
    bool layouts = true;
    // What is stretched has no more dims.
    int64_t most_dims = kMostDims;

    static const std::vector<DType>& all();
    static const std::vector<DType>& floating();

    // Usually at most 4.
    Dims dims(int64_t lowest_ndim = 0, int64_t highest_ndim = kMostDims);
    // The dims, now and then with sizes of 1, and one of 2, put in between; at most highest_ndim.
    Dims stretched(Dims dims, int64_t highest_ndim = kMostDims);
    // The dims, now and then with one of them large and the others as small as that asks for.
    Dims enlarged(Dims dims);
    // A size, now and then a large one.
    int64_t size(int64_t lowest, int64_t highest);
    // 0, now and then a large size.
    int64_t large_or_0();
    // A stride or dilation of any number: now and then the largest.
    int64_t pace(int64_t lowest, int64_t highest);
    // The dims as an argument: INT elements, sometimes whole FLOATs, sometimes NULL for none.
    Array ints(const Dims& values);
    // A dim of a tensor with ndim dims, counted from either end.
    int64_t dim(size_t ndim);
    DType dtype(const std::vector<DType>& choices);

    Operand make(const TensorSpec& spec);
    // A new tensor of these dims in a drawn layout. limit bounds Values::classes.
    Operand tensor(const Dims& dims, DType dtype, Values values = Values::small, int64_t limit = 0);
    // A tensor of the pool whose dims lie between the bounds, else a new one.
    Operand any(const std::vector<DType>& dtypes, int64_t lowest_ndim = 0, int64_t highest_ndim = kMostDims);
    // A factor of sums of so many products: of many whole numbers, since rounding errors would add up.
    Operand factor(const Dims& dims, DType dtype, int64_t terms);
    // Indices below limit: int64, or whole numbers in floats.
    Operand indices(const Dims& dims, int64_t limit);
    // Appends a call that returns a tensor whose dims and dtype the caller knows.
    Operand append(Step step, DType dtype, Dims dims);
    void append(Step step) { program.push_back(std::move(step)); }
    // What is known of the tensor that an argument of a step names.
    const Operand& known(const Ref& ref) const;

  private:
    void draw_layout(TensorSpec& spec);
    // A tensor of these dims, contiguous, of the elements over and over.
    Operand repeated(const Dims& dims, Operand elements);

    std::vector<Operand> made_;
};

}  // namespace simple

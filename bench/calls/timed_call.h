// What is worth timing: for every function of the table one call at its smallest size and one at a realistic one, and
// for some a large one, as data. Benchmarks, the direct twin and the instruction counts all time these calls.
#pragma once

#include <optional>
#include <string>

#include "ci/testkit/draw/calls.h"

namespace simple::bench {

// smallest: 4x4 operands, where a call costs what its layers cost and the arithmetic is next to nothing.
// realistic: one training step's operands of a digit classifier, as golden/examples has it: 64 images of 28x28, 8
// channels behind the convolution, 128 hidden units, 10 classes; square matrices are 64x64.
// large: 1000x1000, where only the arithmetic counts, for the reductions to a number of which the library does more
// than LibTorch's call (contract V9).
enum class Size {
    smallest,
    realistic,
    large
};
const char* name_of(Size size);

// What a call uses up, so that each of several in a row needs one of its own.
enum class Uses {
    nothing,
    tensor,    // free: the tensor that it is given
    graph,     // backward: the graph behind its tensor
    entering,  // no_grad_begin: is left again after the calls
    leaving    // no_grad_end: is entered before the calls
};

struct TimedCall {
    Fn fn;
    Size size;
    std::string operands;  // "[64, 784], [784, 128]", for tables
    Program before;        // makes what the call, or each call, is given
    // Where the call uses its first argument up: the calls that make a fresh one. References reach into before, and
    // behind its end into these; the last call's result is the argument.
    Program fresh;
    Step step;
    Uses uses = Uses::nothing;

    std::string name() const;  // "add/smallest"
};

// nullopt where the function has no success without CUDA (contract C4), where no argument has a size: then only the
// smallest exists; and where there is no large one. Operands are float32 and int64, or without the control functions,
// which make those, float64.
std::optional<TimedCall> timed_call(Fn fn, Size size, bool control = true);

// The error path: of the ways that fn can fail without CUDA the dearest kind to find out, a shape that does not fit
// before a dim, an argument and a freed handle. nullopt where fn cannot fail.
std::optional<TimedCall> failing_call(Fn fn);

}  // namespace simple::bench

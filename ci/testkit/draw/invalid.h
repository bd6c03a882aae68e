// What a single function, or a small family, can get wrong beyond what its row tells.
#pragma once

#include <vector>

#include "ci/testkit/draw/calls.h"

namespace simple {

void add_ways_by_function(Fn fn, std::vector<Way>& ways);
void add_creation_ways(Fn fn, std::vector<Way>& ways);
void add_dims_ways(Fn fn, size_t at, std::vector<Way>& ways);  // of the dims that fn takes as its argument `at`
void add_nn_ways(Fn fn, std::vector<Way>& ways);               // conv2d to embedding, losses

// Adds one way. draw is any callable that takes a Drawer& and returns a Step.
template <typename Draw>
void add_way(std::vector<Way>& ways, const char* name, Code code, Draw draw, bool by_values = false) {
    ways.push_back({name, code, draw, by_values});
}

// A tensor of a drawn floating dtype.
inline Operand drawn(Drawer& drawer, const Dims& dims) {
    return drawer.tensor(dims, drawer.random.pick(Drawer::floating()));
}
// A float32 tensor that is too large to fill: its memory is reserved, not touched.
Operand reserved(Drawer& drawer, const Dims& dims);
// A float32 tensor of zeros.
Operand zeros(Drawer& drawer, const Dims& dims);
// A tensor with these elements in a drawn floating dtype.
Operand of_values(Drawer& drawer, const Dims& dims, const std::vector<double>& values);
// The call with one argument replaced.
Step with(Step step, size_t argument, const Input& input);

}  // namespace simple

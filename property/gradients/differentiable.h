// The differentiable functions: how to draw float64 arguments at which each has a gradient.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "property/generators/trial.h"

namespace simple::property {

// A differentiable call: its tensors and how to make it of them. Drawn once, then run on moved copies of the tensors.
struct Differentiable {
    std::vector<TensorSpec> tensors;
    std::function<Value(Trial&, const std::vector<Value>&)> apply;
};

struct Row {
    Fn function;
    std::function<Differentiable(Trial&)> draw;
    std::string variant;  // where a function has several rows
};

const std::vector<Row>& differentiable_rows();
// Why a function needs no row; "" where it does.
std::string without_gradient(Fn fn);

}  // namespace simple::property

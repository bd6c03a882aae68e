#pragma once

#include <vector>

#include "property/generators/trial.h"

namespace simple::property {

// A number that depends on every element of the result, each with a weight of its own: the dot product with 1, 1.1, ...
inline Value weighed(Trial& t, const Value& result) {
    const int64_t count = t.count(Fn::numel, result);
    std::vector<double> weights;
    for (int64_t i = 0; i < count; i++) weights.push_back(1 + 0.1 * static_cast<double>(i));
    return t(Fn::dot, t(Fn::flatten, result), t(Fn::from_data, weights, Dims{count}));
}

}  // namespace simple::property

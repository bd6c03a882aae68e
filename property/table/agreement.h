// In what two results of one drawn call may differ, and in what they may not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "property/table/drawn_call.h"

namespace simple::property {

// What a call gave on a backend, and the tensors that it returned.
struct Given {
    const Backend& backend;
    const Outcome& outcome;
    const std::vector<int64_t>& tensors;
    DType computed = DType::other;  // where the result is a number: the dtype that it was computed in
};

// The dtype in which a call that gives a number computes: the highest of its value tensors' (V1). To be asked while
// they live.
DType computed_dtype(const Backend& backend, const Runner& runner, const Step& step);

using Claim = std::function<void(bool holds, const std::string& what)>;

// Codes, numbers, texts, arrays, shapes, dtypes and elements, within PyTorch's tolerances, and where asked for flags.
void claim_agreement(Fn fn, const Given& got, const Given& want, const Claim& claim, bool with_flags = true);

// Functions whose result has values: tensors, or a number.
bool has_values(Fn fn);

}  // namespace simple::property

// The elements of a recorded tensor. Long ones are written down as a rule (golden/generator/compact.py).
#pragma once

#include <cstdint>
#include <vector>

#include "golden/suite/golden_case.h"

namespace simple::golden {

// One of these fields holds them, row-major in the tensor's "shape":
//   "data"       every element, each "each" times (1 where not said);
//   "scattered"  rows of "width" elements, of which every place has one, in an order that does not repeat;
//   "distinct"   an element of its own for every place: {"scale", "offset", "strides"}, and "middle" where its
//                slots do not lie around 0;
//   "diagonal"   zeros but for these elements, the first at "from", the others "step" places on.
bool has_elements(const Json& tensor);  // false: only dtype and shape are promised
std::vector<double> doubles(const Json& tensor);
std::vector<int64_t> integers(const Json& tensor);
std::vector<double> numbers(const Json& list);
double to_double(const Json& number);  // "nan", "inf", "-inf" or a number

// Long data are in a scattered order: position i has the slot (i * 40503 + 9) % kSlots, which no two of kSlots
// positions share.
constexpr int64_t kSlots = 65537;
int64_t slot(int64_t position);

}  // namespace simple::golden

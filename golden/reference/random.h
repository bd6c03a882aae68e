// Random numbers: one generator for the whole library, safe for threads, repeating after a seed.
#pragma once

#include <cstdint>

#include "golden/reference/values.h"

namespace simple::reference {

void seed(uint64_t value);

Values uniform(DType dtype, const Sizes& sizes);  // [0, 1)
Values normal(DType dtype, const Sizes& sizes);   // N(0, 1)
// 1 / (1 - p) with probability 1 - p, else 0: what dropout multiplies by.
Values dropout_mask(DType dtype, const Sizes& sizes, double p);

}  // namespace simple::reference

// Values for tests, by their elements.
#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "golden/reference/values.h"

namespace simple::reference {

inline Values reals(const Sizes& sizes, const std::vector<double>& elements, DType dtype = DType::f64) {
    Values x{dtype, sizes, elements, {}};
    EXPECT_EQ(x.numel(), static_cast<int64_t>(elements.size()));
    return x;
}

inline Values wholes(const Sizes& sizes, const std::vector<int64_t>& elements) {
    Values x{DType::i64, sizes, {}, elements};
    EXPECT_EQ(x.numel(), static_cast<int64_t>(elements.size()));
    return x;
}

}  // namespace simple::reference

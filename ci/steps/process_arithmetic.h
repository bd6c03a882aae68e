// With what the process around computes: asked of LibTorch and of the BLAS, by their symbols, which are the same in all
// versions since 1.13.
#pragma once

#include <string>
#include <string_view>

#include "reports/arithmetic.h"

namespace simple::gate {

// Of the LibTorch and the BLAS that the library with this handle meets; null for those of the program.
Arithmetic process_arithmetic(void* library);

// The capability that at::show_config() names; "" where it names none.
std::string capability_in(std::string_view configuration);

}  // namespace simple::gate

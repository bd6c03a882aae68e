// Building results (promise T1): fresh memory from malloc that the caller frees. An empty array is a non-NULL array of
// length 0 with room for one element. Out of memory is std::bad_alloc.
#pragma once

#include <cstdint>
#include <string_view>

#include "impl/abi/spl_value.h"

namespace simple::spl {

// An array of length count whose items the caller writes, all of them.
SplArray* make_array(int64_t count);
void free_array(SplArray* array) noexcept;

SplValue int_value(int64_t value) noexcept;
SplValue float_value(double value) noexcept;

// Numbers by their value as float64; of float, double and int64_t.
template <typename T>
SplArray* float_array(const T* values, int64_t count);

char* make_text(std::string_view text);

}  // namespace simple::spl

// Reading argument arrays (promise T2): borrowed, never written to; NULL is an empty array. What is no number of the
// wanted kind, a negative len, or NULL items with len > 0 is a Fault of code 2 that names the parameter.
#pragma once

#include <cstdint>
#include <vector>

#include "impl/abi/spl_value.h"

namespace simple::spl {

// Whole numbers: INT elements, and FLOAT elements that hold a whole number within int64.
std::vector<int64_t> read_i64s(const SplArray* array, const char* parameter);

// Numbers: FLOAT elements, and INT elements by their value.
std::vector<double> read_f64s(const SplArray* array, const char* parameter);

// The same in two steps, for a result whose memory is there already: how many there are, which is judged, and then the
// elements, to as many places.
int64_t length_of(const SplArray* array, const char* parameter);
void copy_i64s(const SplArray* array, const char* parameter, int64_t* to);
void copy_f64s(const SplArray* array, const char* parameter, double* to);

// Handles are INT elements.
std::vector<int64_t> read_handles(const SplArray* array, const char* parameter);
void copy_handles(const SplArray* array, const char* parameter, int64_t* to);

}  // namespace simple::spl

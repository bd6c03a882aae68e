// Backends that give something instead of an answer: one function answers wrongly whatever it is asked. A case that
// none of them fails judges nothing.
#pragma once

#include <vector>

#include "impl/abi/backend.h"

namespace simple::planted {

enum class Trivial {
    zeros,
    ones,
    first_argument,
    previous,  // the result of the call before
    nan,
    last_row,      // the right answer but for the last row,
    last_column,   // the last column,
    last_element,  // the last element
    float32,       // the right answer, rounded to float32
    positive_zero,
    transposed,     // the right elements in the transposed shape
    no_graph,       // the right answer, cut from the graph
    zero_gradient,  // the right answer, whose gradient is 0
    nothing,        // the call is not made
    other_code,     // what fails ends with another code
    answered,       // what fails succeeds
    no_sentinel,    // what fails returns a result all the same
    mute,           // what fails says nothing of its arguments
    anonymous,      // what fails does not say which function it is
    overwritten,    // the right answer, and ones in the first argument
    shorter,        // an array without its last element
    late,           // the right answer, from the thousandth call on a last element off, or the other truth
    one_handle,     // a handle for the second time counts as zeros of its shape
    row_stride      // the right answer, whose rows are not next to each other
};
const std::vector<Trivial>& all_trivial();
const char* to_string(Trivial kind);

// Makes fn of `to` such a function over inner(). Failed calls are passed on, but by the kinds that are about them.
void plant_trivial(Backend& to, Fn fn, Trivial kind);

}  // namespace simple::planted

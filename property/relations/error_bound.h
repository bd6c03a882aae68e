// How far two evaluations of one expression may be apart where some of its calls were made by another, equivalent
// expression: carried from call to call to first order, from each call's tolerance (property/table/tolerance.h).
#pragma once

#include <vector>

#include "ci/testkit/draw/drawer.h"

namespace simple::property {

struct Magnitude {
    double most = 0;   // of the absolute elements; infinite where one is not finite
    double error = 0;  // of an element, at most; infinite where nothing is known
    double count = 1;  // of elements
};

// Of what fn gives of these tensors. dtype: the lowest floating one among them. most: of the result's elements.
double error_bound(Fn fn, const std::vector<Magnitude>& in, const Magnitude& out, DType dtype);

}  // namespace simple::property

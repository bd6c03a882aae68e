// Both sides of a relation on drawn arguments, compared.
#pragma once

#include "property/relations/relation.h"

namespace simple::property {

// Whether the relation said anything about what was drawn. Throws Broken where the sides differ.
bool relate(Trial& t, const Relation& relation);

// The names of the functions that a relation involves, its own first: "linear, matmul, t, add".
std::string functions_of(const Relation& relation);

// What the values of a call may be as coarse as, by the dtypes of its values.
DType coarsest(const RelatedCall& drawn);

// Throws Broken where the results differ. dtype: the coarsest that they were computed in.
void compare(Trial& t, const Relation& relation, const Result& left, const Result& right, DType dtype);

}  // namespace simple::property

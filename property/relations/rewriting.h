// Which calls a random expression graph is made of, and what may stand in their place.
#pragma once

#include <vector>

#include "property/relations/relation.h"

namespace simple::property {

// Some are there to join the others. For gradients only those that are smooth.
std::vector<Fn> node_functions(bool gradients);

// A relation whose right side can make a node of fn; nullptr where none can.
const Relation* relation_for(Fn fn, uint64_t seed);

}  // namespace simple::property

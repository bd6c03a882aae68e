// Several faults in one backend, and what each of them changes there.
#pragma once

#include <string>
#include <vector>

#include "ci/faults/planted_fault.h"

namespace simple {

// The functions whose entries of the table it replaces, and in parentheses what it changes between callers and the
// table: "(handles in)".
std::vector<std::string> changes_of(const PlantedFault& fault);

// Plants the faults of these ids, which '+' joins, or one of those that fit any function (ci/faults/trivial.h,
// group_faults.h) or dyncall form (form_faults.h): "trivial.zeros.add", or in all "trivial.zeros.*". Throws
// std::runtime_error where there is no such fault, and where two change the same thing: the second would take the place
// of the first.
void plant_together(Backend& to, const std::string& ids);

}  // namespace simple

// For tests: a planted fault of a function, that changes it and breaks promise E4.
#pragma once

#include <string>

#include "ci/faults/self_test/planted.h"

namespace simple::gate {

inline Planted planted_in(const std::string& function, const std::string& defect = "") {
    Planted planted;
    planted.id = "x";
    planted.function = function;
    planted.promise = "E4";
    planted.defect = defect;
    planted.changes = {function};
    return planted;
}

}  // namespace simple::gate

// The backend that a program was linked with.
#pragma once

#include "impl/abi/backend.h"
#include "impl/abi/rt_torch.h"

namespace simple::process {

inline Backend linked() {
    Backend backend;
#define RT_FUNCTION(name, symbol, ...) backend.name = symbol;
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return backend;
}

}  // namespace simple::process

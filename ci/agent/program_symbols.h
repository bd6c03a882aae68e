// The rt_torch functions of the running program.
#pragma once

#include "impl/abi/backend.h"

namespace simple {

// Found through the global scope, or, where the program does not export them, in its own symbol table. A program that
// was stripped of it shows only what it exports.
Backend backend_in_program();

}  // namespace simple

// What LibTorch a process has: times stand side by side only on one copy of it.
#pragma once

#include <string>

#include "impl/abi/backend.h"

namespace simple::bench {

// What the backend's version() says; "" where it has none.
std::string version_of(const Backend& backend);

// Two libraries on different LibTorchs bring two copies into one process.
int copies_of_libtorch();

// The file of the first copy in this process, symbolic links followed; "" where there is none.
std::string file_of_libtorch();

}  // namespace simple::bench

// Which LibTorch this process has. It need not be the one that this library was compiled with: of two libraries of one
// name, as a Python's own torch and this library's, the loader takes the first for both.
#pragma once

#include <string>

namespace simple::torch_backend {

// TORCH_VERSION as the library that runs reports it, and its build: "2.1.0+cpu", "2.14.1+cu130". Asked once, as exit
// destroys what LibTorch looks it up in.
const std::string& version();

// Throws a Fault where the headers are of another release (2.1 and 2.2 are two, 2.1.0 and 2.1.2 are one): objects would
// be laid out as one has them and be read as the other has.
void demand_libtorch_of_headers();

}  // namespace simple::torch_backend

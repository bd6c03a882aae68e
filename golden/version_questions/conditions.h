// What the arithmetic of the LibTorch in this process depends on.
#pragma once

#include <string>

namespace simple::versions {

// The instruction set that it uses, as it names it.
std::string capability();
// The file of the BLAS that is loaded, links followed; "MKL" where LibTorch has that in itself.
std::string blas();

}  // namespace simple::versions

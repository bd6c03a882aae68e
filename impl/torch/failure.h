// What LibTorch threw, as a fault of ours.
#pragma once

#include "impl/errors/error.h"

namespace simple::torch_backend {

// Classifies the exception being handled where the shape rules find no fault (E4). The text is free of what LibTorch
// says about itself: files, lines and stack traces.
Fault classified() noexcept;

}  // namespace simple::torch_backend

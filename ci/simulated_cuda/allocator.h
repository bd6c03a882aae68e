// The devices' allocator as LibTorch knows it.
#pragma once

#include <c10/core/Allocator.h>

namespace simple::simulated_cuda {

c10::Allocator* allocator();

}  // namespace simple::simulated_cuda

// An operator of a device, done by the CPU's kernel: fallback.cpp says how.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>

namespace simple::simulated_cuda {

void fallback(const c10::OperatorHandle& op, torch::jit::Stack* stack);

}  // namespace simple::simulated_cuda

// A handle is the tensor's address: nothing is looked up, and nothing protects a handle that is freed, forged or in use
// by another thread.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <utility>

namespace simple::peers {

inline int64_t hand_out(at::Tensor tensor) { return reinterpret_cast<intptr_t>(new at::Tensor(std::move(tensor))); }

inline const at::Tensor& tensor_of(int64_t handle) { return *reinterpret_cast<const at::Tensor*>(handle); }

inline void give_back(int64_t handle) { delete reinterpret_cast<at::Tensor*>(handle); }

}  // namespace simple::peers

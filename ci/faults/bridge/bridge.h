// A bridge as published ones are: a map of tensors by handle over LibTorch, the runtime's spl_* functions, the core
// functions alone, and no thought of what may go wrong. LibTorch's exceptions pass through it, a bad handle ends the
// process, and the defects D01 to D21 of docs/contract.md are in it. The gate judges it to the end all the same.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "ci/host/spl_host.h"
#include "impl/abi/rt_torch.h"

namespace bridge {

inline std::unordered_map<int64_t, at::Tensor> tensors;
inline int64_t next_handle = 1;

inline int64_t keep(at::Tensor tensor) {
    tensors[next_handle] = std::move(tensor);
    return next_handle++;
}

inline at::Tensor& get(int64_t handle) {
    const auto found = tensors.find(handle);
    if (found == tensors.end()) spl_panic("invalid tensor handle");
    return found->second;
}

inline std::vector<int64_t> ints(const SplArray* given) {
    auto* array = const_cast<SplArray*>(given);
    std::vector<int64_t> values;
    for (int64_t i = 0; i < spl_array_len(array); ++i) values.push_back(spl_as_int(spl_array_get(array, i)));
    return values;
}

inline SplArray* array_of(at::IntArrayRef values) {
    SplArray* array = spl_array_new_i64();
    for (const int64_t value : values) spl_array_push_i64(array, value);
    return array;
}

}  // namespace bridge

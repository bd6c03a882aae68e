// A handle is a number, counted up, in a map under one mutex. A call holds the tensor by a reference of its own, so
// that another thread may free the handle meanwhile; a number that names none throws.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace simple::peers {

struct LockedMap {
    std::mutex mutex;
    std::unordered_map<int64_t, at::Tensor> tensors;
    int64_t last = 0;
};

inline LockedMap& locked_map() {
    static auto* map = new LockedMap;  // calls may outlive destructors
    return *map;
}

inline int64_t hand_out(at::Tensor tensor) {
    LockedMap& map = locked_map();
    const std::lock_guard<std::mutex> lock(map.mutex);
    map.tensors.emplace(++map.last, std::move(tensor));
    return map.last;
}

inline at::Tensor tensor_of(int64_t handle) {
    LockedMap& map = locked_map();
    const std::lock_guard<std::mutex> lock(map.mutex);
    return map.tensors.at(handle);
}

inline void give_back(int64_t handle) {
    LockedMap& map = locked_map();
    at::Tensor last;  // destroyed when the mutex is free again
    const std::lock_guard<std::mutex> lock(map.mutex);
    if (const auto found = map.tensors.find(handle); found != map.tensors.end()) {
        last = std::move(found->second);
        map.tensors.erase(found);
    }
}

}  // namespace simple::peers

#include "ci/faults/planted_fault.h"

#include <cstdlib>
#include <cstring>
#include <stdexcept>

namespace simple {

Backend& inner() {
    static Backend backend;
    return backend;
}

std::vector<PlantedFault> planted_faults() {
    std::vector<PlantedFault> all;
    for (const auto* part :
         {&arithmetic_faults(), &reduction_faults(), &shape_faults(), &nn_faults(), &state_faults()}) {
        all.insert(all.end(), part->begin(), part->end());
    }
    return all;
}

const PlantedFault* find_planted_fault(const std::vector<PlantedFault>& faults, const std::string& id) {
    for (const auto& fault : faults) {
        if (id == fault.id) return &fault;
    }
    return nullptr;
}

namespace planted {

bool is_tensor(int64_t handle) { return handle > 0 && inner().ndim(handle) >= 0; }

std::vector<int64_t> dims_of(int64_t handle) {
    std::vector<int64_t> dims;
    SplArray* array = inner().shape(handle);
    if (!array) return dims;
    for (int64_t i = 0; i < array->len; ++i) dims.push_back(array->items[i].as_int);
    std::free(array->items);
    std::free(array);
    return dims;
}

Ints::Ints(const std::vector<int64_t>& values) : items_(values.size() + 1) {
    std::memset(static_cast<void*>(items_.data()), 0, items_.size() * sizeof(SplValue));
    for (size_t i = 0; i < values.size(); ++i) {
        items_[i].tag = SPL_INT;
        items_[i].as_int = values[i];
    }
    array_ = {items_.data(), static_cast<int64_t>(values.size()), static_cast<int64_t>(items_.size())};
}

void leave_code(Code code) {
    switch (code) {
        case Code::ok: inner().clear_error(); return;
        case Code::handle: inner().neg(-1); return;
        case Code::argument: inner().eye(-1); return;
        case Code::memory: inner().eye(int64_t{1} << 30); return;
        case Code::unsupported: inner().stream_create(0); return;
        default: throw std::logic_error("no call without a tensor fails with this code");
    }
}

}  // namespace planted
}  // namespace simple

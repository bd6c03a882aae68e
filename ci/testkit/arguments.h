// Arguments held as data (ci/testkit/call.h) as the C types of a function's parameters.
#pragma once

#include <cstring>
#include <list>
#include <stdexcept>
#include <vector>

#include "ci/testkit/call.h"

namespace simple {

// An argument array as the callee takes it, with a copy to compare it with afterwards.
struct HeldArray {
    std::vector<SplValue> items;
    std::vector<SplValue> items_before;
    SplArray array;
    SplArray array_before;

    explicit HeldArray(const Array& value) : items(value.items), items_before(value.items) {
        if (items.empty())
            items.resize(1), items_before.resize(1);  // an empty array has room for one, as hosts make it
        array.items = value.null_items ? nullptr : items.data();
        array.len = value.len == Array::kItemCount ? static_cast<int64_t>(value.items.size()) : value.len;
        array.cap = static_cast<int64_t>(items.size());
        array_before = array;
    }

    bool unchanged() const {
        return std::memcmp(&array, &array_before, sizeof array) == 0 &&
               std::memcmp(items.data(), items_before.data(), items.size() * sizeof(SplValue)) == 0;
    }
};

// A list, because a held array must not move while the callee has its address.
using HeldArrays = std::list<HeldArray>;

template <typename T>
T argument(const Arg& arg, HeldArrays&) {
    if (!std::holds_alternative<T>(arg)) throw std::logic_error("an argument's kind does not fit its parameter");
    return std::get<T>(arg);
}

template <>
inline int32_t argument<int32_t>(const Arg& arg, HeldArrays& held) {
    return static_cast<int32_t>(argument<int64_t>(arg, held));
}

template <>
inline const SplArray* argument<const SplArray*>(const Arg& arg, HeldArrays& held) {
    if (!std::holds_alternative<Array>(arg)) throw std::logic_error("an argument is no array where one is due");
    const auto& array = std::get<Array>(arg);
    if (array.null) return nullptr;
    return &held.emplace_back(array).array;
}

}  // namespace simple

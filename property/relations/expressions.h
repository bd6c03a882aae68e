// What the expressions of several relations are made of.
#pragma once

#include <algorithm>

#include "property/laws/law.h"
#include "property/relations/relation.h"

namespace simple::property {

// The dims of a tensor, by a call that may fail.
inline Dims shape_of(Trial& t, const Arg& tensor) {
    Dims dims;
    for (const SplValue& item : t.run(Fn::shape, {tensor}).items) dims.push_back(item.as_int);
    return dims;
}

// The tensor in this dtype; itself where it has it.
inline Value as(Trial& t, const Arg& tensor, DType dtype) {
    return t(dtype == DType::f32 ? Fn::to_float32 : dtype == DType::f64 ? Fn::to_float : Fn::to_int, tensor);
}

inline bool in_range(int64_t dim, size_t ndim) {
    const auto n = static_cast<int64_t>(ndim);
    return dim >= -n && dim < n;
}

// The list with each of its handles passed through a call.
template <typename Call>
Array mapped(const Array& list, std::vector<Value>& keep, const Call& call) {
    Array result = list;
    for (SplValue& item : result.items) {
        if (item.tag != SPL_INT) continue;
        keep.push_back(call(to_arg(item.as_int)));
        item.as_int = keep.back().get();
    }
    return result;
}

}  // namespace simple::property

// What the laws of several files draw.
#pragma once

#include "property/laws/law.h"

namespace simple::property {

inline Want floats() { return Want().floats(); }
inline Want modest() { return floats().filled(Values::modest); }
// Whole numbers, on which arithmetic is exact.
inline Want whole() { return Want().filled(Values::small); }

struct Pair {
    Value a, b;
};

// Two tensors of one shape and dtype.
inline Pair pair(Trial& t, Want want) {
    const TensorSpec a = t.spec("a", want);
    const Value first = t.make(a);
    return {first, t.make(t.spec("b", want.type(a.dtype).of(a.dims)))};
}

}  // namespace simple::property

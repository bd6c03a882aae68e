#include <string>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {

Meta add(const Meta& a, const Meta& b) {
    return fresh(broadcast(a.sizes, b.sizes, "handle", "other"), promoted(a.dtype, b.dtype));
}

Meta div(const Meta& a, const Meta& b) {
    return fresh(broadcast(a.sizes, b.sizes, "handle", "other"), floated(promoted(a.dtype, b.dtype)));
}

Meta same(const Meta& x) { return fresh(x.sizes, x.dtype); }

Meta to_floating(const Meta& x) { return fresh(x.sizes, floated(x.dtype)); }

Meta floats_only(const Meta& x) {
    check_floating(x);
    return same(x);
}

Meta leaky_relu(const Meta& x, double negative_slope) {
    if (x.dtype == DType::f32 && !holds_float32(negative_slope))
        fail(Code::argument, "negative_slope {} is more than float32, the result's dtype, can hold", negative_slope);
    return floats_only(x);
}

Meta softmax(const Meta& x, int64_t dim) {
    wrap(dim, x.ndim());
    return floats_only(x);
}

bool dropout_is_identity(const Meta& x, double p, bool training) { return !training || p == 0 || x.numel() == 0; }

Meta dropout(const Meta& x, double p, bool training) {
    if (!(p >= 0 && p <= 1)) fail(Code::argument, "p {} is outside [0, 1]", p);
    if (dropout_is_identity(x, p, training)) return x;
    check_floating_argument(x, "input");
    return same(x);
}

Meta cast(const Meta& x, DType dtype) { return x.dtype == dtype ? x : fresh(x.sizes, dtype); }

}  // namespace simple::rules

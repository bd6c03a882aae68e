#include <string>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

Dims without(const Meta& x, int64_t dim, bool keepdim) {
    Dims sizes = x.sizes;
    if (sizes.empty()) return sizes;
    if (keepdim)
        sizes[static_cast<size_t>(dim)] = 1;
    else
        sizes.erase(static_cast<size_t>(dim));
    return sizes;
}

int64_t checked_dim(const Meta& x, int64_t dim) {
    const int64_t wrapped = wrap(dim, x.ndim());
    if (x.ndim() > 0 && x.sizes[static_cast<size_t>(wrapped)] == 0)
        fail(Code::shape, "handle has shape {}, whose dim {} has nothing to reduce", x.sizes, dim);
    return wrapped;
}

}  // namespace

void check_floating(const Meta& x) { check_floating_argument(x, "handle"); }

void check_floating_argument(const Meta& x, const char* parameter) {
    if (!floating(x.dtype)) fail(Code::dtype, "{} is {}, but must be floating", parameter, name(x.dtype));
}

void check_not_empty(const Meta& x) {
    if (x.numel() == 0) fail(Code::shape, "handle has shape {}, which has nothing to reduce", x.sizes);
}

Meta sum_dim(const Meta& x, int64_t dim, bool keepdim) {
    return fresh(without(x, wrap(dim, x.ndim()), keepdim), x.dtype);
}

Meta mean_dim(const Meta& x, int64_t dim, bool keepdim) {
    const int64_t wrapped = wrap(dim, x.ndim());
    check_floating(x);
    return fresh(without(x, wrapped, keepdim), x.dtype);
}

Meta max_dim(const Meta& x, int64_t dim, bool keepdim) {
    return fresh(without(x, checked_dim(x, dim), keepdim), x.dtype);
}

Meta argmax(const Meta& x, int64_t dim, bool keepdim) {
    return fresh(without(x, checked_dim(x, dim), keepdim), DType::i64);
}

}  // namespace simple::rules

#include <string>

#include "impl/errors/error.h"
#include "impl/rules/rules.h"

namespace simple::rules {
namespace {

[[noreturn, gnu::always_inline]] inline void refuse(const Meta& x, const char* why) {
    fail(Code::shape, "handle has shape {}, {}", x.sizes, why);
}

void check_square(const Meta& x) {
    if (x.ndim() < 2) refuse(x, "which has fewer than 2 dims");
    if (x.sizes[x.ndim() - 1] != x.sizes[x.ndim() - 2]) refuse(x, "which is not square");
}

// The leading dims, those of the batch, with others behind them.
Dims batch_and(const Meta& x, std::initializer_list<int64_t> last) {
    Dims sizes(x.sizes.begin(), x.sizes.end() - 2);
    for (int64_t size : last) sizes.push_back(size);
    return sizes;
}

}  // namespace

Meta matmul(const Meta& a, const Meta& b) {
    const auto refuse_pair = [&](const char* why) {
        fail(Code::shape, "handle has shape {} and other {}, {}", a.sizes, b.sizes, why);
    };
    if (a.ndim() == 0 || b.ndim() == 0) refuse_pair("and neither may be 0-d");
    const int64_t inner_a = a.sizes.back();
    const int64_t inner_b = b.ndim() == 1 ? b.sizes[0] : b.sizes[b.ndim() - 2];
    if (inner_a != inner_b) refuse_pair("whose inner sizes differ");
    const Dims batch_a = a.ndim() > 2 ? Dims(a.sizes.begin(), a.sizes.end() - 2) : Dims();
    const Dims batch_b = b.ndim() > 2 ? Dims(b.sizes.begin(), b.sizes.end() - 2) : Dims();
    Dims out = broadcast(batch_a, batch_b, "the batch of handle", "that of other");
    if (a.ndim() > 1) out.push_back(a.sizes[a.ndim() - 2]);
    if (b.ndim() > 1) out.push_back(b.sizes.back());
    return fresh(out, promoted(a.dtype, b.dtype));
}

Meta dot(const Meta& a, const Meta& b) {
    if (a.ndim() != 1 || b.ndim() != 1 || a.sizes != b.sizes)
        fail(Code::shape, "handle has shape {} and other {}, but both must be 1-D and of one length", a.sizes, b.sizes);
    return fresh({}, promoted(a.dtype, b.dtype));
}

void det(const Meta& x) {
    check_floating(x);
    if (x.ndim() != 2) refuse(x, "but must be 2-D");
    check_square(x);
}

Meta inverse(const Meta& x) {
    check_floating(x);
    check_square(x);
    return same(x);
}

std::array<Meta, 3> svd(const Meta& x) {
    check_floating(x);
    if (x.ndim() < 2) refuse(x, "which has fewer than 2 dims");
    const int64_t m = x.sizes[x.ndim() - 2], n = x.sizes.back(), k = std::min(m, n);
    return {fresh(batch_and(x, {m, k}), x.dtype), fresh(batch_and(x, {k}), x.dtype),
            fresh(batch_and(x, {k, n}), x.dtype)};
}

std::array<Meta, 4> eig(const Meta& x) {
    check_floating(x);
    check_square(x);
    const Meta values = fresh(batch_and(x, {x.sizes.back()}), x.dtype);
    const Meta vectors = same(x);
    return {values, values, vectors, vectors};
}

}  // namespace simple::rules

// Laws of squeeze, squeeze_dim and unsqueeze.
#include <algorithm>
#include <iterator>

#include "property/laws/law.h"

namespace simple::property {

Laws squeeze_laws() {
    Laws laws;
    laws.add(Fn::squeeze, "leaves-no-size-1", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        Dims want;
        std::copy_if(spec.dims.begin(), spec.dims.end(), std::back_inserter(want), [](int64_t n) { return n != 1; });
        t.same_dims(t.shape(t(Fn::squeeze, t.make(spec))), want);
    });
    laws.add(Fn::squeeze, "is-reshape", {"V4"}, Needs::values, [](Trial& t) {
        const Value x = t.tensor("x", Want()), less = t(Fn::squeeze, x);
        t.equal(t(Fn::reshape, x, t.shape(less)), less);
        t.equal(t(Fn::squeeze, less), less);
    });
    laws.add(Fn::squeeze_dim, "undoes-unsqueeze", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const Value x = t.make(spec);
        const auto ndim = static_cast<int64_t>(spec.dims.size());
        const int64_t dim = t.integer("dim", -ndim - 1, ndim);
        t.equal(t(Fn::squeeze_dim, t(Fn::unsqueeze, x, dim), dim), x);
    });
    laws.add(Fn::squeeze_dim, "leaves-other-sizes", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().sizes(2, 4));
        const Value x = t.make(spec);
        t.equal(t(Fn::squeeze_dim, x, t.dim("dim", spec.dims.size())), x);
    });
    laws.add(Fn::unsqueeze, "puts-in-a-1", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const auto ndim = static_cast<int64_t>(spec.dims.size());
        const int64_t dim = t.integer("dim", -ndim - 1, ndim);
        Dims want = spec.dims;
        want.insert(want.begin() + (dim < 0 ? dim + ndim + 1 : dim), 1);
        t.same_dims(t.shape(t(Fn::unsqueeze, t.make(spec), dim)), want);
    });
    laws.add(Fn::unsqueeze, "beyond-is-5", {"E3"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want());
        const auto ndim = static_cast<int64_t>(spec.dims.size());
        const Value x = t.make(spec);
        t.fails(5, Fn::unsqueeze, {to_arg(x), to_arg(ndim + 1)});
        t.fails(5, Fn::unsqueeze, {to_arg(x), to_arg(-ndim - 2)});
    });
    return laws;
}

}  // namespace simple::property

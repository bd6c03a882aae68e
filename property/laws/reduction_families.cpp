// Laws that the reductions along a dim share, and those of reductions of everything.
#include <algorithm>

#include "property/laws/law.h"

namespace simple::property {

namespace {

const std::vector<Fn> kAlongDim = {Fn::sum_dim, Fn::mean_dim, Fn::max_dim, Fn::min_dim, Fn::argmax, Fn::argmin};

bool floats_only(Fn fn) { return fn == Fn::mean_dim; }
bool needs_elements(Fn fn) { return fn != Fn::sum_dim && fn != Fn::mean_dim; }

Want reducible(Fn fn) {
    Want want = floats_only(fn) ? Want().floats() : Want();
    return needs_elements(fn) ? want.nonempty() : want;
}

}  // namespace

Laws reduction_family_laws() {
    Laws laws;
    for (Fn fn : kAlongDim) {
        laws.add(fn, "removes-the-dim", {"V4", "V2"}, Needs::structure, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", reducible(fn));
            const int64_t dim = t.dim("dim", spec.dims.size());
            const Value x = t.make(spec);
            Dims kept = spec.dims, removed = spec.dims;
            if (!spec.dims.empty()) {
                kept[from_front(dim, kept.size())] = 1;
                removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(from_front(dim, kept.size())));
            }
            const Value with = t(fn, x, dim, true), without = t(fn, x, dim, false);
            t.same_dims(t.shape(with), kept);
            t.same_dims(t.shape(without), removed);
            const bool position = fn == Fn::argmax || fn == Fn::argmin;
            t.check(t.dtype(without) == (position ? DType::i64 : spec.dtype), "the dtype by V2");
        });
        laws.add(fn, "keepdim-is-unsqueeze", {"V4"}, Needs::values, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", reducible(fn).ndim(1, 4));
            const int64_t dim = t.dim("dim", spec.dims.size());
            const Value x = t.make(spec);
            t.equal(t(fn, x, dim, true),
                    t(Fn::unsqueeze, t(fn, x, dim, false), static_cast<int64_t>(from_front(dim, spec.dims.size()))));
        });
        laws.add(fn, "dim-from-both-ends", {"V4"}, Needs::values, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", reducible(fn).ndim(1, 5));
            const auto ndim = static_cast<int64_t>(spec.dims.size());
            const int64_t dim = t.integer("dim", 0, ndim - 1);
            const Value x = t.make(spec);
            t.equal(t(fn, x, dim, false), t(fn, x, dim - ndim, false));
        });
        laws.add(fn, "bad-dim-is-5", {"E3"}, Needs::structure, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", Want());
            const auto ndim = static_cast<int64_t>(std::max<size_t>(spec.dims.size(), 1));
            const Value x = t.make(spec);
            const int64_t beyond = t.integer("beyond", 0, 3);
            t.fails(5, fn, {to_arg(x), to_arg(ndim + beyond), to_arg(false)});
            t.fails(5, fn, {to_arg(x), to_arg(-ndim - 1 - beyond), to_arg(true)});
        });
        laws.add(fn, "blind-to-layout", {"V4"}, Needs::values, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", reducible(fn).filled(Values::small));
            const int64_t dim = t.dim("dim", spec.dims.size());
            const Value x = t.make(spec);
            t.close(t(fn, x, dim, false), t(fn, t(Fn::clone, x), dim, false));
        });
        if (needs_elements(fn))
            laws.add(fn, "over-size-0-is-3", {"E3", "V4"}, Needs::structure, [=](Trial& t) {
                Dims dims = t.spec("x", Want().f64().nonempty().ndim(1, 4)).dims;
                const auto at = t.integer("dim", 0, static_cast<int64_t>(dims.size()) - 1);
                dims[static_cast<size_t>(at)] = 0;
                t.fails(3, fn, {to_arg(t(Fn::zeros, dims)), to_arg(at), to_arg(false)});
            });
    }
    for (Fn fn : {Fn::max, Fn::min})
        laws.add(fn, "of-nothing-is-3", {"E3"}, Needs::structure, [=](Trial& t) {
            Dims dims = t.spec("x", Want().f64().ndim(1, 4)).dims;
            dims[0] = 0;
            t.fails(3, fn, {to_arg(t(Fn::zeros, dims))});
        });
    for (Fn fn : {Fn::mean, Fn::std, Fn::var})
        laws.add(fn, "of-int64-is-4", {"V2"}, Needs::structure,
                 [=](Trial& t) { t.fails(4, fn, {to_arg(t.tensor("x", Want().i64()))}); });
    for (Fn fn : {Fn::sum, Fn::mean, Fn::max, Fn::min, Fn::std, Fn::var})
        laws.add(fn, "blind-to-order", {"V4"}, Needs::values, [=](Trial& t) {
            const TensorSpec spec = t.spec("x", Want().f64().filled(Values::modest).nonempty());
            const Value x = t.make(spec);
            const Value turned = t(Fn::permute, x, t.permutation("order", spec.dims.size()));
            t.near(t.value(fn, t(Fn::clone, turned)), t.value(fn, x));
        });
    return laws;
}

}  // namespace simple::property

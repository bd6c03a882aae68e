// Relations of transpose, t, permute, squeeze, unsqueeze, view, reshape and flatten.
#include <numeric>

#include "property/relations/expressions.h"

namespace simple::property {

namespace {

// The order that exchanges two dims; one out of range stands where the other's dim was.
Dims exchanged(size_t ndim, int64_t a, int64_t b) {
    Dims order(ndim);
    std::iota(order.begin(), order.end(), 0);
    if (in_range(a, ndim) && in_range(b, ndim))
        std::swap(order[from_front(a, ndim)], order[from_front(b, ndim)]);
    else if (ndim > 0)
        order[in_range(b, ndim)   ? from_front(b, ndim)
              : in_range(a, ndim) ? from_front(a, ndim)
                                  : 0] = in_range(a, ndim) ? b : a;
    return order;
}

Result reshaped(Trial& t, const Arguments& a) { return t(Fn::reshape, a[0], a[1]); }

}  // namespace

Relations shape_relations() {
    return {
        {Fn::t,
         "is-transpose-of-both-dims",
         {Fn::transpose},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::transpose, a[0], 0, 1); },
         {{"t leaves what has fewer than 2 dims", [](const Arguments& a) { return a.ndim(0) < 2; }, Code::ok},
          {"t takes at most 2 dims", [](const Arguments& a) { return a.ndim(0) > 2; }, Code::shape}}},
        {Fn::transpose,
         "is-permute-of-a-swap",
         {Fn::permute},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result {
             return t(Fn::permute, a[0], exchanged(shape_of(t, a[0]).size(), a.integer(1), a.integer(2)));
         },
         {{"of 0-d permute takes no dim, transpose 0 and -1",
           [](const Arguments& a) {
               return a.ndim(0) == 0 && !(in_range(a.integer(1), 1) && in_range(a.integer(2), 1));
           },
           Code::range}}},
        {Fn::squeeze,
         "is-reshape-without-ones",
         {Fn::reshape},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result {
             Dims dims = shape_of(t, a[0]);
             dims.erase(std::remove(dims.begin(), dims.end(), 1), dims.end());
             return t(Fn::reshape, a[0], dims);
         }},
        {Fn::squeeze_dim,
         "is-sum-dim-of-one-else-all-of-the-slice",
         {Fn::sum_dim, Fn::slice},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result {
             const Dims dims = shape_of(t, a[0]);
             const int64_t dim = a.integer(1);
             if (dims.empty() || !in_range(dim, dims.size()) || dims[from_front(dim, dims.size())] == 1)
                 return t(Fn::sum_dim, a[0], dim, false);
             return t(Fn::slice, a[0], dim, 0, INT64_MAX, 1);
         }},
        {Fn::unsqueeze,
         "is-stack-of-one",
         {Fn::stack},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::stack, Dims{a.integer(0)}, a[1]); }},
        {Fn::flatten,
         "is-reshape-to-numel",
         {Fn::reshape, Fn::numel},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::reshape, a[0], Dims{t.count(Fn::numel, a[0])}); }},
        {Fn::view,
         "is-reshape",
         {Fn::reshape},
         Agreement::exact,
         reshaped,
         {{"a view that strides forbid", [](const Arguments& a) { return a.strided(0); }, Code::shape,
           Beyond::sometimes}}},
        {Fn::reshape,
         "is-view-of-contiguous",
         {Fn::contiguous, Fn::view},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::view, t(Fn::contiguous, a[0]), a[1]); }},
        {Fn::contiguous,
         "is-clone",
         {Fn::clone},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::clone, a[0]); }},
    };
}

}  // namespace simple::property

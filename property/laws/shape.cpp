#include <algorithm>
#include <numeric>

#include "property/laws/law.h"

namespace simple::property {

namespace {

// New dims for the same number of elements: the old ones split, merged and turned, with ones put in.
Dims regrouped(Trial& t, const Dims& dims) {
    Dims result = dims;
    const Dims order = t.permutation("order", result.size());
    for (size_t i = 0; i < order.size(); i++) result[i] = dims[static_cast<size_t>(order[i])];
    if (result.size() > 1 && t.flag("merge")) {
        result[1] *= result[0];
        result.erase(result.begin());
    }
    if (t.flag("one")) result.insert(result.begin(), 1);
    return result;
}

Dims inverse_of(const Dims& order) {
    Dims back(order.size());
    for (size_t i = 0; i < order.size(); i++) back[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    return back;
}

}  // namespace

Laws shape_laws() {
    Laws laws = {
        {Fn::reshape,
         "there-and-back",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             t.equal(t(Fn::reshape, t(Fn::reshape, x, regrouped(t, spec.dims)), spec.dims), x);
         }},
        {Fn::reshape,
         "has-the-dims",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Dims dims = regrouped(t, spec.dims);
             const Value got = t(Fn::reshape, t.make(spec), dims);
             t.same_dims(t.shape(got), dims);
             t.check(t.dtype(got) == spec.dtype, "the dtype stays");
         }},
        {Fn::reshape,
         "minus-1-is-what-is-left",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().nonempty());
             const Dims want = regrouped(t, spec.dims);
             if (want.empty()) return;
             Dims dims = want;
             dims[static_cast<size_t>(t.integer("at", 0, static_cast<int64_t>(dims.size()) - 1))] = -1;
             t.same_dims(t.shape(t(Fn::reshape, t.make(spec), dims)), want);
         }},
        {Fn::reshape,
         "other-count-is-3",
         {"E3"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             t.fails(3, Fn::reshape,
                     {to_arg(t.make(spec)), to_arg(Dims{product(spec.dims) + t.integer("more", 1, 5)})});
         }},
        {Fn::reshape,
         "two-minus-1-is-2",
         {"E3"},
         Needs::structure,
         [](Trial& t) {
             const Value x = t.tensor("x", Want());
             t.fails(2, Fn::reshape, {to_arg(x), to_arg(Dims{-1, -1})});
             t.fails(2, Fn::reshape, {to_arg(x), to_arg(Dims{t.integer("size", -9, -2)})});
         }},
        {Fn::reshape,
         "keeps-row-major-order",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const std::vector<double> got = t.data(t(Fn::reshape, t.make(spec), regrouped(t, spec.dims)));
             for (size_t i = 0; i < got.size(); i++) t.near(got[i], spec.values[i], 0, 0);
         }},
        {Fn::view,
         "is-reshape-of-contiguous",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t(Fn::clone, t.make(spec));
             const Dims dims = regrouped(t, spec.dims);
             t.equal(t(Fn::view, x, dims), t(Fn::reshape, x, dims));
         }},
        {Fn::view,
         "across-strides-is-3",
         {"E3", "H7"},
         Needs::structure,
         [](Trial& t) {
             const int64_t n = t.integer("n", 2, 5), m = t.integer("m", 2, 5);
             const Value x = t(Fn::t, t(Fn::zeros, Dims{n, m}));
             t.fails(3, Fn::view, {to_arg(x), to_arg(Dims{n * m})});
             t.same_dims(t.shape(t(Fn::reshape, x, Dims{n * m})), {n * m});
         }},
        {Fn::view,
         "of-own-shape-always-works",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             t.equal(t(Fn::view, x, spec.dims), x);
         }},
        {Fn::flatten,
         "is-reshape-minus-1",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             t.equal(t(Fn::flatten, x), t(Fn::reshape, x, Dims{product(spec.dims)}));
         }},
        {Fn::flatten,
         "is-idempotent",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t(Fn::flatten, t.tensor("x", Want()));
             t.equal(t(Fn::flatten, x), x);
         }},
        {Fn::permute,
         "undone-by-inverse",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             const Dims order = t.permutation("order", spec.dims.size());
             t.equal(t(Fn::permute, t(Fn::permute, x, order), inverse_of(order)), x);
         }},
        {Fn::permute,
         "turns-the-shape",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Dims order = t.permutation("order", spec.dims.size());
             Dims want;
             for (int64_t from : order) want.push_back(spec.dims[static_cast<size_t>(from)]);
             t.same_dims(t.shape(t(Fn::permute, t.make(spec), order)), want);
         }},
        {Fn::permute,
         "negative-dims-count-from-the-end",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().ndim(1, 4));
             const Value x = t.make(spec);
             const Dims order = t.permutation("order", spec.dims.size());
             Dims negative = order;
             for (int64_t& dim : negative) dim -= static_cast<int64_t>(order.size());
             t.equal(t(Fn::permute, x, negative), t(Fn::permute, x, order));
         }},
        {Fn::permute,
         "repeat-or-wrong-length-is-2",
         {"E3"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().ndim(2, 4));
             const Value x = t.make(spec);
             Dims order = t.permutation("order", spec.dims.size());
             order[0] = order[1];
             t.fails(2, Fn::permute, {to_arg(x), to_arg(order)});
             order.pop_back();
             t.fails(2, Fn::permute, {to_arg(x), to_arg(order)});
         }},
        {Fn::transpose,
         "is-an-involution",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             const int64_t a = t.dim("dim0", spec.dims.size()), b = t.dim("dim1", spec.dims.size());
             t.equal(t(Fn::transpose, t(Fn::transpose, x, a, b), a, b), x);
         }},
        {Fn::transpose,
         "is-symmetric-in-its-dims",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             const int64_t a = t.dim("dim0", spec.dims.size()), b = t.dim("dim1", spec.dims.size());
             t.equal(t(Fn::transpose, x, a, b), t(Fn::transpose, x, b, a));
         }},
        {Fn::transpose,
         "is-permute-of-a-swap",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().ndim(1, 5));
             const auto last = static_cast<int64_t>(spec.dims.size()) - 1;
             const int64_t a = t.integer("dim0", 0, last), b = t.integer("dim1", 0, last);
             Dims order(spec.dims.size());
             std::iota(order.begin(), order.end(), 0);
             std::swap(order[static_cast<size_t>(a)], order[static_cast<size_t>(b)]);
             const Value x = t.make(spec);
             t.equal(t(Fn::transpose, x, a, b), t(Fn::permute, x, order));
         }},
        {Fn::t,
         "is-transpose-of-2-d",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want().ndim(2, 2));
             t.equal(t(Fn::t, x), t(Fn::transpose, x, 0, 1));
         }},
        {Fn::t,
         "leaves-up-to-1-d",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want().ndim(0, 1));
             t.equal(t(Fn::t, x), x);
         }},
        {Fn::t,
         "of-3-d-is-3",
         {"E3"},
         Needs::structure,
         [](Trial& t) { t.fails(3, Fn::t, {to_arg(t.tensor("x", Want().ndim(3, 5)))}); }},
        {Fn::squeeze,
         "leaves-no-size-1",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             Dims want;
             std::copy_if(spec.dims.begin(), spec.dims.end(), std::back_inserter(want),
                          [](int64_t n) { return n != 1; });
             t.same_dims(t.shape(t(Fn::squeeze, t.make(spec))), want);
         }},
        {Fn::squeeze,
         "is-reshape",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want()), less = t(Fn::squeeze, x);
             t.equal(t(Fn::reshape, x, t.shape(less)), less);
             t.equal(t(Fn::squeeze, less), less);
         }},
        {Fn::squeeze_dim,
         "undoes-unsqueeze",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec);
             const auto ndim = static_cast<int64_t>(spec.dims.size());
             const int64_t dim = t.integer("dim", -ndim - 1, ndim);
             t.equal(t(Fn::squeeze_dim, t(Fn::unsqueeze, x, dim), dim), x);
         }},
        {Fn::squeeze_dim,
         "leaves-other-sizes",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().sizes(2, 4));
             const Value x = t.make(spec);
             t.equal(t(Fn::squeeze_dim, x, t.dim("dim", spec.dims.size())), x);
         }},
        {Fn::unsqueeze,
         "puts-in-a-1",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const auto ndim = static_cast<int64_t>(spec.dims.size());
             const int64_t dim = t.integer("dim", -ndim - 1, ndim);
             Dims want = spec.dims;
             want.insert(want.begin() + (dim < 0 ? dim + ndim + 1 : dim), 1);
             t.same_dims(t.shape(t(Fn::unsqueeze, t.make(spec), dim)), want);
         }},
        {Fn::unsqueeze,
         "beyond-is-5",
         {"E3"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const auto ndim = static_cast<int64_t>(spec.dims.size());
             const Value x = t.make(spec);
             t.fails(5, Fn::unsqueeze, {to_arg(x), to_arg(ndim + 1)});
             t.fails(5, Fn::unsqueeze, {to_arg(x), to_arg(-ndim - 2)});
         }},
        {Fn::contiguous,
         "changes-no-element",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value x = t.make(spec), flat = t(Fn::contiguous, x);
             t.equal(flat, x);
             t.equal(t(Fn::view, flat, Dims{product(spec.dims)}), t(Fn::flatten, x));
         }},
        {Fn::contiguous,
         "can-be-viewed",
         {"H7"},
         Needs::structure,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value flat = t(Fn::view, t(Fn::contiguous, t.make(spec)), Dims{product(spec.dims)});
             t.same_dims(t.shape(flat), {product(spec.dims)});
         }},
        {Fn::clone,
         "changes-no-element",
         {"V4", "H7"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want());
             const Value copy = t(Fn::clone, t.make(spec));
             const std::vector<double> got = t.data(copy);
             for (size_t i = 0; i < got.size(); i++) t.near(got[i], spec.values[i], 0, 0);
             t(Fn::view, copy, Dims{product(spec.dims)});
         }},
        {Fn::to_int,
         "cuts-towards-zero",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().floats().filled(Values::modest));
             const std::vector<double> got = t.data(t(Fn::to_int, t.make(spec)));
             for (size_t i = 0; i < got.size(); i++)
                 t.near(got[i], static_cast<double>(static_cast<int64_t>(spec.values[i])), 0, 0);
         }},
        {Fn::to_float,
         "and-back-is-identity",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want().type(DType::f32)), n = t.tensor("n", Want().i64());
             t.equal(t(Fn::to_float32, t(Fn::to_float, x)), x);
             t.equal(t(Fn::to_int, t(Fn::to_float, n)), n);
         }},
        {Fn::to_float32,
         "rounds-to-float32",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().f64().filled(Values::modest));
             const std::vector<double> got = t.data(t(Fn::to_float32, t.make(spec)));
             for (size_t i = 0; i < got.size(); i++)
                 t.near(got[i], static_cast<double>(static_cast<float>(spec.values[i])), 0, 0);
         }},
    };
    for (Fn fn : {Fn::to_float, Fn::to_float32, Fn::to_int, Fn::contiguous, Fn::clone, Fn::cpu})
        laws.push_back({fn, "keeps-the-shape", {"V4"}, Needs::structure, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", Want());
                            const Value got = t(fn, t.make(spec));
                            t.same_dims(t.shape(got), spec.dims);
                            const DType want = fn == Fn::to_float     ? DType::f64
                                               : fn == Fn::to_float32 ? DType::f32
                                               : fn == Fn::to_int     ? DType::i64
                                                                      : spec.dtype;
                            t.check(t.dtype(got) == want, "the dtype asked for");
                            t.same(t.count(Fn::device, got), -1, "device");
                        }});
    return laws;
}

}  // namespace simple::property

#include <algorithm>
#include <cmath>
#include <limits>

#include "property/laws/law.h"

namespace simple::property {

namespace {

Want exact() { return Want().filled(Values::small); }
Want modest() { return Want().f64().filled(Values::modest); }

const std::vector<Fn> kAlongDim = {Fn::sum_dim, Fn::mean_dim, Fn::max_dim, Fn::min_dim, Fn::argmax, Fn::argmin};

bool floats_only(Fn fn) { return fn == Fn::mean_dim; }
bool needs_elements(Fn fn) { return fn != Fn::sum_dim && fn != Fn::mean_dim; }

Want reducible(Fn fn) {
    Want want = floats_only(fn) ? Want().floats() : Want();
    return needs_elements(fn) ? want.nonempty() : want;
}

size_t wrapped(int64_t dim, size_t ndim) {
    return static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(ndim) : dim);
}

Laws dim_families() {
    Laws laws;
    for (Fn fn : kAlongDim) {
        laws.push_back({fn, "removes-the-dim", {"V4", "V2"}, Needs::structure, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", reducible(fn));
                            const int64_t dim = t.dim("dim", spec.dims.size());
                            const Value x = t.make(spec);
                            Dims kept = spec.dims, removed = spec.dims;
                            if (!spec.dims.empty()) {
                                kept[wrapped(dim, kept.size())] = 1;
                                removed.erase(removed.begin() + static_cast<std::ptrdiff_t>(wrapped(dim, kept.size())));
                            }
                            const Value with = t(fn, x, dim, true), without = t(fn, x, dim, false);
                            t.same_dims(t.shape(with), kept);
                            t.same_dims(t.shape(without), removed);
                            const bool position = fn == Fn::argmax || fn == Fn::argmin;
                            t.check(t.dtype(without) == (position ? DType::i64 : spec.dtype), "the dtype by V2");
                        }});
        laws.push_back({fn, "keepdim-is-unsqueeze", {"V4"}, Needs::values, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", reducible(fn).ndim(1, 4));
                            const int64_t dim = t.dim("dim", spec.dims.size());
                            const Value x = t.make(spec);
                            t.equal(t(fn, x, dim, true), t(Fn::unsqueeze, t(fn, x, dim, false),
                                                           static_cast<int64_t>(wrapped(dim, spec.dims.size()))));
                        }});
        laws.push_back({fn, "dim-from-both-ends", {"V4"}, Needs::values, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", reducible(fn).ndim(1, 5));
                            const auto ndim = static_cast<int64_t>(spec.dims.size());
                            const int64_t dim = t.integer("dim", 0, ndim - 1);
                            const Value x = t.make(spec);
                            t.equal(t(fn, x, dim, false), t(fn, x, dim - ndim, false));
                        }});
        laws.push_back({fn, "bad-dim-is-5", {"E3"}, Needs::structure, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", Want());
                            const auto ndim = static_cast<int64_t>(std::max<size_t>(spec.dims.size(), 1));
                            const Value x = t.make(spec);
                            const int64_t beyond = t.integer("beyond", 0, 3);
                            t.fails(5, fn, {to_arg(x), to_arg(ndim + beyond), to_arg(false)});
                            t.fails(5, fn, {to_arg(x), to_arg(-ndim - 1 - beyond), to_arg(true)});
                        }});
        laws.push_back({fn, "blind-to-layout", {"V4"}, Needs::values, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", reducible(fn).filled(Values::small));
                            const int64_t dim = t.dim("dim", spec.dims.size());
                            const Value x = t.make(spec);
                            t.close(t(fn, x, dim, false), t(fn, t(Fn::clone, x), dim, false));
                        }});
        if (needs_elements(fn))
            laws.push_back({fn, "over-size-0-is-3", {"E3", "V4"}, Needs::structure, [=](Trial& t) {
                                Dims dims = t.spec("x", Want().f64().nonempty().ndim(1, 4)).dims;
                                const auto at = t.integer("dim", 0, static_cast<int64_t>(dims.size()) - 1);
                                dims[static_cast<size_t>(at)] = 0;
                                t.fails(3, fn, {to_arg(t(Fn::zeros, dims)), to_arg(at), to_arg(false)});
                            }});
    }
    for (Fn fn : {Fn::max, Fn::min})
        laws.push_back({fn, "of-nothing-is-3", {"E3"}, Needs::structure, [=](Trial& t) {
                            Dims dims = t.spec("x", Want().f64().ndim(1, 4)).dims;
                            dims[0] = 0;
                            t.fails(3, fn, {to_arg(t(Fn::zeros, dims))});
                        }});
    for (Fn fn : {Fn::mean, Fn::std, Fn::var})
        laws.push_back({fn, "of-int64-is-4", {"V2"}, Needs::structure, [=](Trial& t) {
                            t.fails(4, fn, {to_arg(t.tensor("x", Want().i64()))});
                        }});
    for (Fn fn : {Fn::sum, Fn::mean, Fn::max, Fn::min, Fn::std, Fn::var})
        laws.push_back({fn, "blind-to-order", {"V4"}, Needs::values, [=](Trial& t) {
                            const TensorSpec spec = t.spec("x", modest().nonempty());
                            const Value x = t.make(spec);
                            const Value turned = t(Fn::permute, x, t.permutation("order", spec.dims.size()));
                            t.near(t.value(fn, t(Fn::clone, turned)), t.value(fn, x));
                        }});
    return laws;
}

Laws sum_laws() {
    return {
        {Fn::sum,
         "is-sum-of-sums-along-dim",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact());
             const Value x = t.make(spec);
             t.near(t.value(Fn::sum, t(Fn::sum_dim, x, t.dim("dim", spec.dims.size()), false)), t.value(Fn::sum, x));
         }},
        {Fn::sum,
         "is-additive",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("a", exact());
             const Value a = t.make(spec), b = t.tensor("b", exact().of(spec.dims));
             t.near(t.value(Fn::sum, t(Fn::add, a, b)), t.value(Fn::sum, a) + t.value(Fn::sum, b));
         }},
        {Fn::sum,
         "scales",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             const double factor = t.number("factor", -4, 4);
             t.near(t.value(Fn::sum, t(Fn::mul_scalar, x, factor)), factor * t.value(Fn::sum, x));
         }},
        {Fn::sum,
         "of-ones-is-numel",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", exact());
             t.near(t.value(Fn::sum, t(Fn::ones, t.shape(x))), static_cast<double>(t.count(Fn::numel, x)));
         }},
        {Fn::sum,
         "of-parts-is-sum-of-cat",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("a", exact().ndim(1, 3));
             const Value a = t.make(spec), b = t.tensor("b", exact().of(spec.dims));
             t.near(t.value(Fn::sum, t(Fn::cat, std::vector<Value>{a, b}, 0)),
                    t.value(Fn::sum, a) + t.value(Fn::sum, b));
         }},
        {Fn::sum_dim,
         "order-of-dims-does-not-matter",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", exact().ndim(2, 4));
             t.equal(t(Fn::sum_dim, t(Fn::sum_dim, x, 0, false), 0, false),
                     t(Fn::sum_dim, t(Fn::sum_dim, x, 1, false), 0, false));
         }},
        {Fn::sum_dim,
         "of-stack-is-add",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("a", exact().ndim(0, 3));
             const Value a = t.make(spec), b = t.tensor("b", exact().type(spec.dtype).of(spec.dims));
             t.equal(t(Fn::sum_dim, t(Fn::stack, std::vector<Value>{a, b}, 0), 0, false), t(Fn::add, a, b));
         }},
        {Fn::sum_dim,
         "is-matmul-with-ones",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", exact().floats().ndim(2, 2));
             t.equal(t(Fn::sum_dim, x, 1, false), t(Fn::matmul, x, t(Fn::ones, Dims{t.shape(x)[1]})));
         }},
        {Fn::mean,
         "is-sum-over-numel",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.near(t.value(Fn::mean, x), t.value(Fn::sum, x) / static_cast<double>(t.count(Fn::numel, x)));
         }},
        {Fn::mean,
         "between-min-and-max",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest().nonempty());
             const double mean = t.value(Fn::mean, x);
             t.check(t.value(Fn::min, x) <= mean + 1e-12 && mean <= t.value(Fn::max, x) + 1e-12, "min <= mean <= max");
         }},
        {Fn::mean_dim,
         "is-sum-dim-over-size",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", modest().ndim(1, 4).nonempty());
             const int64_t dim = t.dim("dim", spec.dims.size());
             const Value x = t.make(spec);
             const auto size = static_cast<double>(spec.dims[wrapped(dim, spec.dims.size())]);
             t.close(t(Fn::mean_dim, x, dim, false), t(Fn::mul_scalar, t(Fn::sum_dim, x, dim, false), 1 / size));
         }},
    };
}

Laws extreme_laws() {
    return {
        {Fn::max,
         "is-minus-min-of-neg",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", Want().nonempty());
             t.near(t.value(Fn::max, x), -t.value(Fn::min, t(Fn::neg, x)), 0, 0);
         }},
        {Fn::max,
         "is-an-element-no-element-exceeds",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty());
             t.near(t.value(Fn::max, t.make(spec)), *std::max_element(spec.values.begin(), spec.values.end()), 0, 0);
         }},
        {Fn::min,
         "is-an-element-none-is-below",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty());
             t.near(t.value(Fn::min, t.make(spec)), *std::min_element(spec.values.begin(), spec.values.end()), 0, 0);
         }},
        {Fn::max,
         "is-max-of-max-dim",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().nonempty());
             const Value x = t.make(spec);
             t.near(t.value(Fn::max, t(Fn::max_dim, x, t.dim("dim", spec.dims.size()), false)), t.value(Fn::max, x), 0,
                    0);
         }},
        {Fn::min,
         "is-min-of-min-dim",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().nonempty());
             const Value x = t.make(spec);
             t.near(t.value(Fn::min, t(Fn::min_dim, x, t.dim("dim", spec.dims.size()), false)), t.value(Fn::min, x), 0,
                    0);
         }},
        {Fn::min_dim,
         "is-neg-of-max-dim-of-neg",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", Want().nonempty());
             const Value x = t.make(spec);
             const int64_t dim = t.dim("dim", spec.dims.size());
             t.equal(t(Fn::min_dim, x, dim, true), t(Fn::neg, t(Fn::max_dim, t(Fn::neg, x), dim, true)));
         }},
        {Fn::max_dim,
         "is-gather-at-argmax",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty().ndim(1, 4));
             const Value x = t.make(spec);
             const int64_t dim = t.dim("dim", spec.dims.size());
             t.equal(t(Fn::max_dim, x, dim, true), t(Fn::gather, x, dim, t(Fn::argmax, x, dim, true)));
         }},
        {Fn::min_dim,
         "is-gather-at-argmin",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty().ndim(1, 4));
             const Value x = t.make(spec);
             const int64_t dim = t.dim("dim", spec.dims.size());
             t.equal(t(Fn::min_dim, x, dim, true), t(Fn::gather, x, dim, t(Fn::argmin, x, dim, true)));
         }},
        {Fn::argmax,
         "is-the-first-of-equals",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty().ndim(1, 1));
             const auto first = std::max_element(spec.values.begin(), spec.values.end()) - spec.values.begin();
             t.near(t.data(t(Fn::argmax, t.make(spec), 0, false))[0], static_cast<double>(first), 0, 0);
         }},
        {Fn::argmin,
         "is-the-first-of-equals",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty().ndim(1, 1));
             const auto first = std::min_element(spec.values.begin(), spec.values.end()) - spec.values.begin();
             t.near(t.data(t(Fn::argmin, t.make(spec), 0, false))[0], static_cast<double>(first), 0, 0);
         }},
        {Fn::argmin,
         "is-argmax-of-neg",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const TensorSpec spec = t.spec("x", exact().nonempty());
             const Value x = t.make(spec);
             const int64_t dim = t.dim("dim", spec.dims.size());
             t.equal(t(Fn::argmin, x, dim, false), t(Fn::argmax, t(Fn::neg, x), dim, false));
         }},
        {Fn::max,
         "nan-propagates",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             TensorSpec spec = t.spec("x", modest().nonempty());
             spec.values[static_cast<size_t>(t.integer("at", 0, static_cast<int64_t>(spec.values.size()) - 1))] = NAN;
             const Value x = t.make(spec);
             t.check(std::isnan(t.value(Fn::max, x)) && std::isnan(t.value(Fn::min, x)), "NaN propagates");
             t.same(t.backend.last_error_code(), 0, "a NaN is no error (E5): code");
         }},
    };
}

Laws spread_laws() {
    return {
        {Fn::std,
         "is-root-of-var",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.near(t.value(Fn::std, x), std::sqrt(t.value(Fn::var, x)));
         }},
        {Fn::var,
         "is-shift-invariant",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             t.near(t.value(Fn::var, t(Fn::add_scalar, x, t.number("shift", -9, 9))), t.value(Fn::var, x));
         }},
        {Fn::std,
         "scales",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             const double factor = t.number("factor", -4, 4);
             t.near(t.value(Fn::std, t(Fn::mul_scalar, x, factor)), std::abs(factor) * t.value(Fn::std, x));
         }},
        {Fn::var,
         "is-unbiased-mean-of-squares",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             const Value x = t.tensor("x", modest());
             const auto count = static_cast<double>(t.count(Fn::numel, x));
             const Value off = t(Fn::add_scalar, x, count > 0 ? -t.value(Fn::mean, x) : 0.0);
             t.near(t.value(Fn::var, x), count < 2 ? std::numeric_limits<double>::quiet_NaN()
                                                   : t.value(Fn::sum, t(Fn::mul, off, off)) / (count - 1));
         }},
        {Fn::var,
         "of-a-constant-is-0",
         {"V4"},
         Needs::values,
         [](Trial& t) {
             // The mean of float32 elements up to 9 is off by up to 1e-6; its square is what is left.
             t.near(t.value(Fn::var, t(Fn::full, Dims{t.integer("n", 2, 30)}, t.number("value", -9, 9))), 0, 0, 1e-10);
         }},
        {Fn::numel,
         "is-product-of-shape",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const Value x = t.tensor("x", Want());
             t.same(t.count(Fn::numel, x), product(t.shape(x)), "numel");
         }},
        {Fn::ndim,
         "is-length-of-shape",
         {"V4"},
         Needs::structure,
         [](Trial& t) {
             const Value x = t.tensor("x", Want());
             t.same(t.count(Fn::ndim, x), static_cast<int64_t>(t.shape(x).size()), "ndim");
         }},
        {Fn::to_data,
         "has-numel-elements",
         {"S3"},
         Needs::structure,
         [](Trial& t) {
             const Value x = t.tensor("x", Want());
             t.same(static_cast<int64_t>(t.data(x).size()), t.count(Fn::numel, x), "length");
         }},
    };
}

}  // namespace

Laws reduction_laws() {
    Laws laws = dim_families();
    for (const Laws& more : {sum_laws(), extreme_laws(), spread_laws()})
        laws.insert(laws.end(), more.begin(), more.end());
    return laws;
}

}  // namespace simple::property

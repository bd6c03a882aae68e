// Relations of reductions, of everything and along a dim.
#include <cmath>

#include "property/relations/expressions.h"

namespace simple::property {

namespace {

Value along_each_dim(Trial& t, Fn fn, const Arg& x, const Args& more) {
    int64_t ndim = t.count(Fn::ndim, x);
    Value left = t(Fn::transpose, x, 0, 0);
    for (; ndim > 0; ndim--) {
        Args args{to_arg(left), to_arg(ndim % 2 ? int64_t{0} : int64_t{-1})};
        args.insert(args.end(), more.begin(), more.end());
        left = t.tensor_of(fn, args);
    }
    return left;
}

// The number that reducing dim after dim leaves.
Expression chain_of(Fn along_dim) {
    return [=](Trial& t, const Arguments& a) -> Result {
        return t.data(along_each_dim(t, along_dim, a[0], {to_arg(false)}))[0];
    };
}

// The element of the flat tensor that arg finds.
Expression picked_by(Fn arg) {
    return [=](Trial& t, const Arguments& a) -> Result {
        const Value flat = t(Fn::flatten, a[0]);
        return t.data(t(Fn::gather, flat, 0, t(arg, flat, 0, true)))[0];
    };
}

Expression gathered_at(Fn arg) {
    return [=](Trial& t, const Arguments& a) -> Result {
        const Value at = t(arg, a[0], a[1], true), kept = t(Fn::gather, a[0], a[1], at);
        return a.flag(2) || a.ndim(0) == 0 ? kept : t(Fn::squeeze_dim, kept, a[1]);
    };
}

bool is_int64(const Arguments& a) { return a.dtype(0) == DType::i64; }
bool is_empty(const Arguments& a) { return count(a.tensor(0)->dims) == 0; }

double numel(Trial& t, const Arguments& a) { return static_cast<double>(t.count(Fn::numel, a[0])); }

Result mean_along(Trial& t, const Arguments& a) {
    const Value sum = t(Fn::sum_dim, a[0], a[1], a[2]);
    const Dims dims = shape_of(t, a[0]);
    const auto size = static_cast<double>(dims.empty() ? 1 : dims[from_front(a.integer(1), dims.size())]);
    return t(Fn::mul_scalar, sum, 1 / size);
}

}  // namespace

Relations reduction_relations() {
    return {
        {Fn::sum, "is-the-chain-of-sum-dim", {Fn::sum_dim}, Agreement::close, chain_of(Fn::sum_dim)},
        {Fn::sum,
         "is-mean-times-numel",
         {Fn::mean},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return t.value(Fn::mean, a[0]) * numel(t, a); },
         {{"mean takes no int64", is_int64, Code::ok}, {"the mean of nothing is NaN", is_empty, Code::ok}}},
        {Fn::mean,
         "is-sum-over-numel",
         {Fn::sum, Fn::numel},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return t.value(Fn::sum, a[0]) / numel(t, a); },
         {{"mean takes no int64", is_int64, Code::dtype}}},
        {Fn::mean_dim,
         "is-sum-dim-over-size",
         {Fn::sum_dim, Fn::mul_scalar},
         Agreement::close,
         mean_along,
         {{"mean_dim takes no int64",
           [](const Arguments& a) {
               return is_int64(a) && in_range(a.integer(1), std::max<size_t>(1, a.tensor(0)->dims.size()));
           },
           Code::dtype}}},
        {Fn::var,
         "is-std-squared",
         {Fn::std},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result {
             const double root = t.value(Fn::std, a[0]);
             return root * root;
         }},
        {Fn::norm,
         "is-root-of-sum-of-squares",
         {Fn::sum, Fn::mul},
         Agreement::close,
         [](Trial& t, const Arguments& a) -> Result { return std::sqrt(t.value(Fn::sum, t(Fn::mul, a[0], a[0]))); },
         {{"norm takes no int64", is_int64, Code::dtype}}},
        {Fn::max, "is-the-chain-of-max-dim", {Fn::max_dim}, Agreement::exact, chain_of(Fn::max_dim)},
        {Fn::min, "is-the-chain-of-min-dim", {Fn::min_dim}, Agreement::exact, chain_of(Fn::min_dim)},
        {Fn::max, "is-gather-at-argmax", {Fn::gather, Fn::argmax}, Agreement::exact, picked_by(Fn::argmax)},
        {Fn::min, "is-gather-at-argmin", {Fn::gather, Fn::argmin}, Agreement::exact, picked_by(Fn::argmin)},
        {Fn::max_dim, "is-gather-at-argmax", {Fn::gather, Fn::argmax}, Agreement::exact, gathered_at(Fn::argmax)},
        {Fn::min_dim, "is-gather-at-argmin", {Fn::gather, Fn::argmin}, Agreement::exact, gathered_at(Fn::argmin)},
        {Fn::argmax,
         "is-argmin-of-neg",
         {Fn::argmin, Fn::neg},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::argmin, t(Fn::neg, a[0]), a[1], a[2]); }},
    };
}

}  // namespace simple::property

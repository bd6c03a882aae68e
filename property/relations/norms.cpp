// Relations of batch_norm and layer_norm: statistics and an affine map.
#include "property/relations/expressions.h"

namespace simple::property {

namespace {

// Each row less its mean, over its deviation. Only rows' own statistics where none are given.
Value normalized(Trial& t, const Value& rows, double eps, const Value* mean, const Value* variance) {
    const Value off = t(Fn::sub, rows, mean ? *mean : t(Fn::mean_dim, rows, 1, true));
    const Value spread = variance ? *variance : t(Fn::mean_dim, t(Fn::mul, off, off), 1, true);
    return t(Fn::div, off, t(Fn::sqrt, t(Fn::add_scalar, spread, eps)));
}

// input, running_mean, running_var, weight, bias, training, momentum, eps
Result batch_statistics(Trial& t, const Arguments& a) {
    const DType dtype = a.common_dtype({0, 3, 4});
    Dims turned = shape_of(t, a[0]);
    Dims per_channel(turned.size(), 1);
    const int64_t channels = per_channel[1] = turned[1];
    std::swap(turned[0], turned[1]);
    const Value rows = t(Fn::reshape, t(Fn::transpose, as(t, a[0], dtype), 0, 1),
                         Dims{channels, simple::count(turned) / std::max<int64_t>(channels, 1)});
    Value running[2];
    for (size_t i : {1, 2})
        if (a.given(i)) running[i - 1] = t(Fn::reshape, as(t, a[i], dtype), Dims{channels, 1});
    const bool own = a.flag(5);
    const Value even = normalized(t, rows, a.number(7), own ? nullptr : &running[0], own ? nullptr : &running[1]);
    Value result = t(Fn::transpose, t(Fn::reshape, even, turned), 0, 1);
    if (a.given(3)) result = t(Fn::mul, result, t(Fn::reshape, a[3], per_channel));
    return a.given(4) ? t(Fn::add, result, t(Fn::reshape, a[4], per_channel)) : result;
}

bool is_vector_of_channels(const Arguments& a, size_t i) {
    return !a.given(i) || a.tensor(i)->dims == Dims{a.tensor(0)->dims[1]};
}

// input, normalized_shape, weight, bias, eps
Result layer_statistics(Trial& t, const Arguments& a) {
    const Dims shape = shape_of(t, to_arg(t(Fn::zeros, a[1]))), dims = shape_of(t, a[0]);
    const int64_t length = simple::count(shape), rows = length ? simple::count(dims) / length : 0;
    const Value flat = t(Fn::reshape, as(t, a[0], a.common_dtype({0, 2, 3})), Dims{rows, length});
    Value result = t(Fn::reshape, normalized(t, flat, a.number(4), nullptr, nullptr), dims);
    if (a.given(2)) result = t(Fn::mul, result, a[2]);
    return a.given(3) ? t(Fn::add, result, a[3]) : result;
}

// Whether the argument is a list of sizes that zeros takes.
bool has_sizes(const Arguments& a) {
    const auto sizes = a.integers(1);
    return sizes && sizes->size() <= 64 &&
           std::all_of(sizes->begin(), sizes->end(), [](int64_t n) { return n >= 0 && n < (int64_t{1} << 31); });
}

bool ends_otherwise(const Arguments& a) {
    const Dims &dims = a.tensor(0)->dims, sizes = *a.integers(1);
    return dims.size() < sizes.size() || !std::equal(sizes.rbegin(), sizes.rend(), dims.rbegin());
}

}  // namespace

Relations norm_relations() {
    return {
        {Fn::batch_norm,
         "is-statistics-and-an-affine-map",
         {Fn::sub, Fn::div, Fn::sqrt, Fn::mean_dim},
         Agreement::close,
         batch_statistics,
         {{"both running statistics or none, and both in evaluation",
           [](const Arguments& a) { return a.given(1) != a.given(2) || (!a.flag(5) && !a.given(1)); }, Code::argument},
          {"a running statistic requires no grad",
           [](const Arguments& a) { return a.requires_grad(1) || a.requires_grad(2); }, Code::argument},
          {"one of input, weight and bias is floating, and both running statistics",
           [](const Arguments& a) {
               return a.common_dtype({0, 3, 4}) == DType::i64 || a.dtype(1) == DType::i64 || a.dtype(2) == DType::i64;
           },
           Code::dtype},
          {"the input has a dim of channels", [](const Arguments& a) { return a.ndim(0) < 2; }, Code::shape},
          {"what there is a number of a channel of is 1-D, reshape takes any dims",
           [](const Arguments& a) {
               for (size_t i = 1; i <= 4; i++)
                   if (!is_vector_of_channels(a, i)) return true;
               return false;
           },
           Code::shape}},
         {},
         nullptr,
         {0, 1, 2, 3, 4, 5}},
        {Fn::layer_norm,
         "is-statistics-and-an-affine-map",
         {Fn::sub, Fn::div, Fn::sqrt, Fn::mean_dim},
         Agreement::close,
         layer_statistics,
         {{"there are sizes to normalize over",
           [](const Arguments& a) { return has_sizes(a) && a.integers(1)->empty(); }, Code::argument},
          {"one of input, weight and bias is floating",
           [](const Arguments& a) {
               return has_sizes(a) && a.common_dtype({0, 2, 3}) == DType::i64;
           },
           Code::dtype},
          {"the input ends with the sizes to normalize over, reshape takes any",
           [](const Arguments& a) { return has_sizes(a) && ends_otherwise(a); }, Code::shape},
          {"weight and bias have those sizes, mul's and add's other broadcasts",
           [](const Arguments& a) {
               if (!has_sizes(a)) return false;
               for (size_t i : {2, 3})
                   if (a.given(i) && a.tensor(i)->dims != *a.integers(1)) return true;
               return false;
           },
           Code::shape}},
         {},
         nullptr,
         {0, 1, 2, 3}},
    };
}

}  // namespace simple::property

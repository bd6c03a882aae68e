#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "ci/faults/planting.h"

namespace simple {

using planted::changed;
using planted::dims_of;
using planted::elements;
using planted::Ints;
using planted::leave_code;
using planted::then;

namespace {

// ends_at_1<&Backend::softmax, 1>: argument P, a dim, is the second where it is to be the last of more than two, as of
// matrices.
template <auto F, size_t P, typename R, typename... A>
void plant_ends_at_1(Backend& to, R (*Backend::*)(int64_t, A...)) {
    to.*F = [](int64_t x, A... a) -> R {
        auto arguments = std::make_tuple(x, a...);
        if (std::get<P>(arguments) == -1 && inner().ndim(x) > 2) std::get<P>(arguments) = 1;
        return std::apply(inner().*F, arguments);
    };
}
template <auto F, size_t P>
void ends_at_1(Backend& to) {
    plant_ends_at_1<F, P>(to, F);
}

PlantedFault second_for_last(const char* id, Fn function, const char* what, void (*plant)(Backend&)) {
    return {id, function, what, Kind::shapes, "V4", "property", plant};
}

}  // namespace

const std::vector<PlantedFault>& shape_faults() {
    static const std::vector<PlantedFault> faults{
        {"ndim.scalar_is_1", Fn::ndim, "ndim of a 0-d tensor is 1", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.ndim = [](int64_t x) {
                 const int64_t n = inner().ndim(x);
                 return n == 0 ? int64_t{1} : n;
             };
         }},
        {"numel.empty_is_1", Fn::numel, "numel of an empty tensor is 1", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.numel = [](int64_t x) {
                 const int64_t n = inner().numel(x);
                 return n == 0 ? int64_t{1} : n;
             };
         }},
        {"shape.reversed", Fn::shape, "shape lists the innermost dim first", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.shape = [](int64_t x) {
                 SplArray* dims = inner().shape(x);
                 if (dims) std::reverse(dims->items, dims->items + dims->len);
                 return dims;
             };
         }},
        {"shape.scalar_null", Fn::shape, "shape of a 0-d tensor is NULL", Kind::ownership, "T1", "golden",
         [](Backend& to) {
             to.shape = [](int64_t x) -> SplArray* {
                 SplArray* dims = inner().shape(x);
                 if (!dims || dims->len > 0) return dims;
                 std::free(dims->items);
                 std::free(dims);
                 return nullptr;
             };
         }},
        {"reshape.flattens", Fn::reshape, "reshape gives one dim", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.reshape = [](int64_t x, const SplArray* dims) {
                 return then(inner().reshape(x, dims), [](int64_t y) { return inner().flatten(y); });
             };
         }},
        {"reshape.never_copies", Fn::reshape, "reshape refuses where strides forbid a view", Kind::errors, "V4",
         "differential", [](Backend& to) { to.reshape = inner().view; }},
        {"view.copies", Fn::view, "view copies where strides forbid it", Kind::ownership, "H7", "golden",
         [](Backend& to) { to.view = inner().reshape; }},
        {"permute.inverse", Fn::permute, "permute applies the inverse permutation", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.permute = [](int64_t x, const SplArray* order) {
                 const int64_t right = inner().permute(x, order);
                 if (right <= 0) return right;
                 const auto dims = elements(order);
                 const auto n = static_cast<int64_t>(dims.size());
                 std::vector<int64_t> inverse(dims.size());
                 for (int64_t i = 0; i < n; ++i) {
                     const int64_t dim = dims[static_cast<size_t>(i)];
                     inverse[static_cast<size_t>(dim < 0 ? dim + n : dim)] = i;
                 }
                 inner().free(right);
                 return inner().permute(x, Ints(inverse));
             };
         }},
        {"transpose.does_nothing", Fn::transpose, "transpose leaves the dims where they are", Kind::shapes, "V4",
         "golden",
         [](Backend& to) {
             to.transpose = [](int64_t x, int64_t dim0, int64_t dim1) {
                 return then(inner().transpose(x, dim0, dim1),
                             [=](int64_t y) { return inner().transpose(y, dim0, dim1); });
             };
         }},
        {"transpose.copies", Fn::transpose, "transpose gives a contiguous copy", Kind::ownership, "H7", "differential",
         [](Backend& to) {
             to.transpose = [](int64_t x, int64_t dim0, int64_t dim1) {
                 return then(inner().transpose(x, dim0, dim1), [](int64_t y) { return inner().clone(y); });
             };
         }},
        {"t.does_nothing", Fn::t, "t leaves the dims where they are", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.t = [](int64_t x) { return then(inner().t(x), [](int64_t y) { return inner().t(y); }); };
         }},
        {"squeeze.first_only", Fn::squeeze, "squeeze drops the first dim only", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.squeeze = [](int64_t x) {
                 return inner().ndim(x) > 0 ? inner().squeeze_dim(x, 0) : inner().squeeze(x);
             };
         }},
        {"squeeze_dim.all", Fn::squeeze_dim, "squeeze_dim drops every dim of size 1", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.squeeze_dim = [](int64_t x, int64_t dim) {
                 return then(inner().squeeze_dim(x, dim), [](int64_t y) { return inner().squeeze(y); });
             };
         }},
        {"unsqueeze.negative_off_by_one", Fn::unsqueeze, "unsqueeze counts negative dims from one too far",
         Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.unsqueeze = [](int64_t x, int64_t dim) {
                 const int64_t n = inner().ndim(x);
                 return inner().unsqueeze(x, dim < 0 && dim > -n - 1 ? dim - 1 : dim);
             };
         }},
        {"flatten.keeps_first", Fn::flatten, "flatten keeps the first dim", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.flatten = [](int64_t x) {
                 const auto dims = dims_of(x);
                 if (dims.size() < 2 || dims[0] == 0) return inner().flatten(x);
                 int64_t rest = 1;
                 for (size_t i = 1; i < dims.size(); ++i) rest *= dims[i];
                 return inner().reshape(x, Ints({dims[0], rest}));
             };
         }},
        {"contiguous.alias", Fn::contiguous, "contiguous leaves strides as they are", Kind::ownership, "H7", "golden",
         [](Backend& to) { to.contiguous = [](int64_t x) { return inner().transpose(x, 0, 0); }; }},
        {"slice.end_included", Fn::slice, "slice includes its end", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.slice = [](int64_t x, int64_t dim, int64_t start, int64_t end, int64_t step) {
                 return inner().slice(x, dim, start, end == INT64_MAX || end == -1 ? INT64_MAX : end + 1, step);
             };
         }},
        {"slice.step_1", Fn::slice, "slice takes every element whatever the step", Kind::shapes, "V4", "differential",
         [](Backend& to) {
             to.slice = [](int64_t x, int64_t dim, int64_t start, int64_t end, int64_t step) {
                 return inner().slice(x, dim, start, end, step > 1 ? 1 : step);
             };
         }},
        {"slice.negative_clamped", Fn::slice, "slice takes a negative start for 0", Kind::shapes, "V5", "differential",
         [](Backend& to) {
             to.slice = [](int64_t x, int64_t dim, int64_t start, int64_t end, int64_t step) {
                 return inner().slice(x, dim, start < 0 ? 0 : start, end, step);
             };
         }},
        {"index_select.reversed", Fn::index_select, "index_select gives the entries in reverse", Kind::values, "V4",
         "golden",
         [](Backend& to) {
             to.index_select = [](int64_t x, int64_t dim, int64_t indices) {
                 const int64_t right = inner().index_select(x, dim, indices);
                 const int64_t size = right > 0 ? inner().numel(indices) : 0;
                 if (size < 2) return right > 0 ? (inner().clear_error(), right) : right;
                 const int64_t down = planted::brought_to(right, inner().arange(static_cast<double>(size) - 1, -1, -1));
                 const int64_t result = inner().index_select(right, dim, down);
                 inner().free(down);
                 inner().free(right);
                 return result;
             };
         }},
        {"gather.keeps_input_dtype", Fn::gather, "gather gives float32", Kind::shapes, "V2", "differential",
         [](Backend& to) {
             to.gather = [](int64_t x, int64_t dim, int64_t indices) {
                 return then(inner().gather(x, dim, indices), [](int64_t y) { return inner().to_float32(y); });
             };
         }},
        {"gather.transposed_dim", Fn::gather, "gather of a square takes the other dim", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.gather = [](int64_t x, int64_t dim, int64_t indices) {
                 const auto dims = dims_of(x);
                 const bool square = dims.size() == 2 && dims_of(indices).size() == 2;
                 return inner().gather(x, square && (dim == 0 || dim == 1) ? 1 - dim : dim, indices);
             };
         }},
        {"cat.last_dim", Fn::cat, "cat takes dim -1 for 0", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.cat = [](const SplArray* list, int64_t dim) { return inner().cat(list, dim == -1 ? 0 : dim); };
         }},
        {"cat.dim_of_nothing", Fn::cat, "cat looks at the dim where it skips all tensors", Kind::errors, "V4", "golden",
         [](Backend& to) {
             to.cat = [](const SplArray* tensors, int64_t dim) -> int64_t {
                 const int64_t result = inner().cat(tensors, dim);
                 if (result <= 0 || dims_of(result) != std::vector<int64_t>{0} || dim == 0 || dim == -1) return result;
                 inner().free(result);
                 leave_code(Code::range);
                 return 0;
             };
         }},
        {"cat.first_dtype", Fn::cat, "cat gives the first tensor's dtype", Kind::shapes, "V1", "differential",
         [](Backend& to) {
             to.cat = [](const SplArray* list, int64_t dim) {
                 const int64_t right = inner().cat(list, dim);
                 if (right <= 0) return right;
                 const int32_t first = inner().dtype(list->items[0].as_int);
                 return then(right, [=](int64_t y) {
                     return first == 1 ? inner().to_float32(y) : first == 2 ? inner().to_float(y) : inner().to_int(y);
                 });
             };
         }},
        {"stack.dim_ignored", Fn::stack, "stack puts the new dim first", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.stack = [](const SplArray* list, int64_t dim) {
                 return then(inner().stack(list, dim), [=](int64_t) { return inner().stack(list, 0); });
             };
         }},
        {"chunk.first_dim", Fn::chunk, "chunk cuts dim 0 whatever dim is", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.chunk = [](int64_t x, int64_t chunks, int64_t) { return inner().chunk(x, chunks, 0); };
         }},
        {"chunk.tail_dropped", Fn::chunk, "chunk drops an uneven last piece", Kind::shapes, "V4", "golden",
         [](Backend& to) {
             to.chunk = [](int64_t x, int64_t chunks, int64_t dim) {
                 SplArray* pieces = inner().chunk(x, chunks, dim);
                 if (!pieces || pieces->len < 2) return pieces;
                 const int64_t last = pieces->items[pieces->len - 1].as_int;
                 if (dims_of(last) == dims_of(pieces->items[0].as_int)) return pieces;
                 inner().free(last);
                 --pieces->len;
                 return pieces;
             };
         }},
        {"chunk.one_more", Fn::chunk, "chunk makes one piece more", Kind::shapes, "V4", "differential",
         [](Backend& to) {
             to.chunk = [](int64_t x, int64_t chunks, int64_t dim) {
                 return inner().chunk(x, chunks > 0 && chunks < 100 ? chunks + 1 : chunks, dim);
             };
         }},
        {"clone.alias", Fn::clone, "clone shares storage and strides", Kind::ownership, "H7", "differential",
         [](Backend& to) { to.clone = [](int64_t x) { return inner().transpose(x, 0, 0); }; }},
        {"to_data.truncated", Fn::to_data, "to_data drops the fractions", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.to_data = [](int64_t x) {
                 SplArray* data = inner().to_data(x);
                 for (int64_t i = 0; data && i < data->len; ++i) {
                     data->items[i].as_float = std::trunc(data->items[i].as_float);
                 }
                 return data;
             };
         }},
        {"to_int.rounded", Fn::to_int, "to_int rounds to the nearest", Kind::values, "V4", "golden",
         [](Backend& to) {
             to.to_int = [](int64_t x) {
                 if (inner().dtype(x) == 3) return inner().to_int(x);
                 return then(inner().add_scalar(x, 0.5), [](int64_t y) { return inner().to_int(y); });
             };
         }},
        {"to_int.outside_is_smallest", Fn::to_int, "to_int takes NaN and what is outside int64 for -2^63", Kind::errors,
         "E3", "golden property",
         [](Backend& to) {
             to.to_int = [](int64_t x) -> int64_t {
                 const int64_t result = inner().to_int(x);
                 if (inner().last_error_code() != static_cast<int32_t>(Code::argument)) return result;
                 return then(changed(x, [](double v, size_t) { return std::abs(v) < 0x1p63 ? v : -0x1p63; }),
                             [](int64_t y) { return inner().to_int(y); });
             };
         }},
        {"to_float.float32", Fn::to_float, "to_float gives float32", Kind::shapes, "V1", "golden",
         [](Backend& to) { to.to_float = inner().to_float32; }},
        {"dtype.float64_is_1", Fn::dtype, "dtype calls float64 float32", Kind::shapes, "V1", "golden",
         [](Backend& to) {
             to.dtype = [](int64_t x) {
                 const int32_t code = inner().dtype(x);
                 return code == 2 ? 1 : code;
             };
         }},
        second_for_last("transpose.last_is_second", Fn::transpose, "transpose takes -1 for 1 of more than two dims",
                        ends_at_1<&Backend::transpose, 2>),
        second_for_last("log_softmax.last_is_second", Fn::log_softmax,
                        "log_softmax takes -1 for 1 of more than two dims", ends_at_1<&Backend::log_softmax, 1>),
        second_for_last("slice.last_is_second", Fn::slice, "slice takes -1 for 1 of more than two dims",
                        ends_at_1<&Backend::slice, 1>),
        second_for_last("chunk.last_is_second", Fn::chunk, "chunk takes -1 for 1 of more than two dims",
                        ends_at_1<&Backend::chunk, 2>),
        second_for_last("squeeze_dim.last_is_second", Fn::squeeze_dim,
                        "squeeze_dim takes -1 for 1 of more than two dims", ends_at_1<&Backend::squeeze_dim, 1>),
        second_for_last("sum_dim.last_is_second", Fn::sum_dim, "sum_dim takes -1 for 1 of more than two dims",
                        ends_at_1<&Backend::sum_dim, 1>),
        second_for_last("mean_dim.last_is_second", Fn::mean_dim, "mean_dim takes -1 for 1 of more than two dims",
                        ends_at_1<&Backend::mean_dim, 1>),
        second_for_last("min_dim.last_is_second", Fn::min_dim, "min_dim takes -1 for 1 of more than two dims",
                        ends_at_1<&Backend::min_dim, 1>),
        {"slice.int32_end", Fn::slice, "slice takes an end beyond int32 for -1", Kind::shapes, "V5", "property",
         [](Backend& to) {
             to.slice = [](int64_t x, int64_t dim, int64_t start, int64_t end, int64_t step) {
                 return inner().slice(x, dim, start, end > INT32_MAX ? -1 : end, step);
             };
         }},
    };
    return faults;
}

}  // namespace simple

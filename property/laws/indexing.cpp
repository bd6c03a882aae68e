#include <algorithm>
#include <numeric>

#include "property/laws/law.h"

namespace simple::property {

namespace {

Want at_least_1d() { return Want().ndim(1, 4); }

struct Sized {
    TensorSpec spec;
    Value x;
    int64_t dim;   // as drawn
    int64_t size;  // of dim
};

Sized sized(Trial& t, const Want& want) {
    TensorSpec spec = t.spec("x", want);
    const Value x = t.make(spec);
    const int64_t dim = t.dim("dim", spec.dims.size());
    const auto ndim = static_cast<int64_t>(spec.dims.size());
    const int64_t size = spec.dims[static_cast<size_t>(dim < 0 ? dim + ndim : dim)];
    return {spec, x, dim, size};
}

Value range(Trial& t, int64_t count) { return t(Fn::arange, 0.0, static_cast<double>(count), 1.0); }

Value indices(Trial& t, const Dims& numbers) {
    return t(Fn::from_i64_data, numbers, Dims{static_cast<int64_t>(numbers.size())});
}

Laws slice_laws() {
    Laws laws;
    laws.add(Fn::slice, "whole-is-identity", {"V4", "V5"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        t.equal(t(Fn::slice, x, dim, 0, size, 1), x);
        t.equal(t(Fn::slice, x, dim, INT64_MIN, INT64_MAX, 1), x);
    });
    laws.add(Fn::slice, "parts-cat-back", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d().ndim(2, 4));
        const int64_t at = t.integer("at", 0, size);
        t.equal(t(Fn::cat, std::vector<Value>{t(Fn::slice, x, dim, 0, at, 1), t(Fn::slice, x, dim, at, size, 1)}, dim),
                x);
    });
    laws.add(Fn::slice, "clamps", {"V5"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const int64_t start = t.integer("start", -9, 9), end = t.integer("end", -9, 9);
        const auto clamped = [size = size](int64_t at) {
            return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size);
        };
        t.equal(t(Fn::slice, x, dim, start, end, 1),
                t(Fn::slice, x, dim, clamped(start), std::max(clamped(start), clamped(end)), 1));
    });
    laws.add(Fn::slice, "length-is-ceil", {"V4"}, Needs::structure, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const int64_t start = t.integer("start", 0, size), end = t.integer("end", start, size);
        const int64_t step = t.integer("step", 1, 4);
        Dims want = spec.dims;
        want[static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(want.size()) : dim)] =
            (end - start + step - 1) / step;
        t.same_dims(t.shape(t(Fn::slice, x, dim, start, end, step)), want);
    });
    laws.add(Fn::slice, "is-index-select-of-a-range", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const int64_t start = t.integer("start", 0, size), step = t.integer("step", 1, 4);
        Dims numbers;
        for (int64_t at = start; at < size; at += step) numbers.push_back(at);
        t.equal(t(Fn::slice, x, dim, start, size, step), t(Fn::index_select, x, dim, indices(t, numbers)));
    });
    laws.add(Fn::slice, "of-slice-is-one-slice", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const int64_t a = t.integer("a", 0, 3), b = t.integer("b", 0, 3);
        t.equal(t(Fn::slice, t(Fn::slice, x, dim, a, INT64_MAX, 1), dim, b, INT64_MAX, 1),
                t(Fn::slice, x, dim, a + b, INT64_MAX, 1));
    });
    laws.add(Fn::slice, "step-below-1-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        t.fails(2, Fn::slice, {to_arg(x), to_arg(dim), to_arg(0), to_arg(size), to_arg(t.integer("step", -3, 0))});
    });
    laws.add(Fn::slice, "of-0-d-is-3", {"E3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", Want().of({}));
        t.fails(3, Fn::slice, {to_arg(x), to_arg(0), to_arg(0), to_arg(1), to_arg(1)});
    });
    return laws;
}

Laws select_laws() {
    Laws laws;
    laws.add(Fn::index_select, "all-in-order-is-identity", {"V4", "V3"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        t.equal(t(Fn::index_select, x, dim, range(t, size)), x);
    });
    laws.add(Fn::index_select, "twice-reversed-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        Dims numbers(static_cast<size_t>(size));
        std::iota(numbers.rbegin(), numbers.rend(), 0);
        const Value back = indices(t, numbers);
        t.equal(t(Fn::index_select, t(Fn::index_select, x, dim, back), dim, back), x);
    });
    laws.add(Fn::index_select, "whole-floats-are-indices", {"V3"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d().nonempty());
        const Value whole = indices(t, {size - 1, 0, t.integer("at", 0, size - 1)});
        t.equal(t(Fn::index_select, x, dim, t(Fn::to_float32, whole)), t(Fn::index_select, x, dim, whole));
        t.equal(t(Fn::index_select, x, dim, t(Fn::to_float, whole)), t(Fn::index_select, x, dim, whole));
    });
    laws.add(Fn::index_select, "size-is-number-of-indices", {"V4"}, Needs::structure, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d().nonempty());
        const int64_t count = t.integer("count", 0, 5);
        Dims want = spec.dims;
        want[static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(want.size()) : dim)] = count;
        const Value got = t(Fn::index_select, x, dim, indices(t, Dims(static_cast<size_t>(count), 0)));
        t.same_dims(t.shape(got), want);
        t.check(t.dtype(got) == spec.dtype, "the dtype stays");
    });
    laws.add(Fn::index_select, "out-of-range-is-5", {"E3"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d().nonempty());
        t.fails(5, Fn::index_select, {to_arg(x), to_arg(dim), to_arg(indices(t, {size + t.integer("over", 0, 9)}))});
        t.fails(5, Fn::index_select, {to_arg(x), to_arg(dim), to_arg(indices(t, {t.integer("under", -9, -1)}))});
    });
    laws.add(Fn::index_select, "no-whole-number-is-2", {"E3", "V3"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d().nonempty());
        const Value bad = t(Fn::full, Dims{1}, t.number("index", 0.1, 0.9));
        t.fails(2, Fn::index_select, {to_arg(x), to_arg(dim), to_arg(bad)});
    });
    laws.add(Fn::gather, "own-positions-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(2, 2));
        const Value x = t.make(spec);
        const Value rows = t(Fn::add, t(Fn::unsqueeze, range(t, spec.dims[0]), 1), t(Fn::zeros, Dims{1, spec.dims[1]}));
        t.equal(t(Fn::gather, x, 0, rows), x);
    });
    laws.add(Fn::gather, "of-1-d-is-index-select", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(1, 1).nonempty());
        const Value x = t.make(spec);
        const Value at = indices(t, {spec.dims[0] - 1, 0, t.integer("at", 0, spec.dims[0] - 1)});
        t.equal(t(Fn::gather, x, 0, at), t(Fn::index_select, x, 0, at));
    });
    laws.add(Fn::gather, "has-the-shape-of-indices", {"V4"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(1, 4).nonempty());
        Dims dims = spec.dims;
        for (int64_t& size : dims) size = t.integer("size", 1, size);
        const Value got = t(Fn::gather, t.make(spec), t.dim("dim", dims.size()), t(Fn::to_int, t(Fn::zeros, dims)));
        t.same_dims(t.shape(got), dims);
    });
    return laws;
}

Laws join_laws() {
    Laws laws;
    laws.add(Fn::cat, "of-one-is-itself", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        t.equal(t(Fn::cat, std::vector<Value>{x}, dim), x);
    });
    laws.add(Fn::cat, "associates", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const Value y = t.tensor("y", Want().of(spec.dims));
        const Value left = t(Fn::cat, std::vector<Value>{t(Fn::cat, std::vector<Value>{x, y}, dim), x}, dim);
        t.equal(left, t(Fn::cat, std::vector<Value>{x, y, x}, dim));
    });
    laws.add(Fn::cat, "slices-back", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const Value y = t.tensor("y", Want().type(spec.dtype).of(spec.dims));
        const Value both = t(Fn::cat, std::vector<Value>{x, y}, dim);
        t.equal(t(Fn::slice, both, dim, 0, size, 1), x);
        t.equal(t(Fn::slice, both, dim, size, 2 * size, 1), y);
    });
    laws.add(Fn::cat, "promotes", {"V1", "V2"}, Needs::structure, [](Trial& t) {
        const TensorSpec spec = t.spec("x", at_least_1d());
        const Value x = t.make(spec), y = t.tensor("y", Want().of(spec.dims));
        t.check(t.dtype(t(Fn::cat, std::vector<Value>{x, y}, 0)) == t.dtype(t(Fn::add, x, y)), "promoted as add");
    });
    laws.add(Fn::cat, "sizes-add-up", {"V4"}, Needs::structure, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        const int64_t copies = t.integer("copies", 1, 4);
        Dims want = spec.dims;
        want[static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(want.size()) : dim)] *= copies;
        t.same_dims(t.shape(t(Fn::cat, std::vector<Value>(static_cast<size_t>(copies), x), dim)), want);
    });
    laws.add(Fn::cat, "of-nothing-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const int64_t dim = t.integer("dim", -2, 2);
        t.fails(2, Fn::cat, {to_arg(Dims{}), to_arg(dim)});
        t.fails(2, Fn::stack, {to_arg(Dims{}), to_arg(dim)});
    });
    laws.add(Fn::cat, "other-sizes-are-3", {"E3"}, Needs::structure, [](Trial& t) {
        const int64_t n = t.integer("n", 1, 4);
        const Value a = t.tensor("a", Want().of({2, n})), b = t.tensor("b", Want().of({2, n + 1}));
        t.fails(3, Fn::cat, {to_arg(std::vector<Value>{a, b}), to_arg(0)});
    });
    laws.add(Fn::stack, "is-cat-of-unsqueezed", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(0, 4));
        const Value x = t.make(spec), y = t.tensor("y", Want().of(spec.dims));
        const auto ndim = static_cast<int64_t>(spec.dims.size());
        const int64_t dim = t.integer("dim", -ndim - 1, ndim);
        const std::vector<Value> wide = {t(Fn::unsqueeze, x, dim), t(Fn::unsqueeze, y, dim)};
        t.equal(t(Fn::stack, std::vector<Value>{x, y}, dim), t(Fn::cat, wide, dim));
    });
    laws.add(Fn::stack, "slices-back", {"V4"}, Needs::values, [](Trial& t) {
        const TensorSpec spec = t.spec("x", Want().ndim(0, 4));
        const Value x = t.make(spec), y = t.tensor("y", Want().type(spec.dtype).of(spec.dims));
        const Value both = t(Fn::stack, std::vector<Value>{x, y}, 0);
        t.equal(t(Fn::squeeze_dim, t(Fn::slice, both, 0, 0, 1, 1), 0), x);
        t.equal(t(Fn::squeeze_dim, t(Fn::slice, both, 0, 1, 2, 1), 0), y);
    });
    laws.add(Fn::stack, "other-shapes-are-3", {"E3"}, Needs::structure, [](Trial& t) {
        const int64_t n = t.integer("n", 0, 4);
        const Value a = t.tensor("a", Want().of({n})), b = t.tensor("b", Want().of({n + 1}));
        t.fails(3, Fn::stack, {to_arg(std::vector<Value>{a, b}), to_arg(0)});
    });
    laws.add(Fn::chunk, "then-cat-is-identity", {"V4"}, Needs::values, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d());
        t.equal(t(Fn::cat, t.list(Fn::chunk, x, t.integer("chunks", 1, 7), dim), dim), x);
    });
    laws.add(Fn::chunk, "pieces-are-ceil-long", {"V4"}, Needs::structure, [](Trial& t) {
        const auto [spec, x, dim, size] = sized(t, at_least_1d().nonempty());
        const int64_t chunks = t.integer("chunks", 1, 7), each = (size + chunks - 1) / chunks;
        const std::vector<Value> pieces = t.list(Fn::chunk, x, chunks, dim);
        const auto at = static_cast<size_t>(dim < 0 ? dim + static_cast<int64_t>(spec.dims.size()) : dim);
        t.same(static_cast<int64_t>(pieces.size()), (size + each - 1) / each, "pieces");
        for (size_t i = 0; i < pieces.size(); i++)
            t.same(t.shape(pieces[i])[at], std::min(each, size - static_cast<int64_t>(i) * each), "size");
    });
    laws.add(Fn::chunk, "below-1-is-2", {"E3"}, Needs::structure, [](Trial& t) {
        const Value x = t.tensor("x", at_least_1d());
        t.fails(2, Fn::chunk, {to_arg(x), to_arg(t.integer("chunks", -3, 0)), to_arg(0)});
    });
    laws.add(Fn::embedding, "is-index-select-of-rows", {"V4"}, Needs::values, [](Trial& t) {
        const int64_t rows = t.integer("rows", 1, 5);
        const Value weight = t.tensor("weight", Want().of({rows, 3}));
        const Value at = indices(t, {rows - 1, 0, t.integer("at", 0, rows - 1)});
        t.equal(t(Fn::embedding, at, weight), t(Fn::index_select, weight, 0, at));
    });
    laws.add(Fn::embedding, "shape-is-input-then-width", {"V4"}, Needs::structure, [](Trial& t) {
        const Dims dims = t.spec("input", Want().f64().ndim(0, 3)).dims;
        const Value weight = t.tensor("weight", Want().of({3, t.integer("width", 0, 4)}));
        Dims want = dims;
        want.push_back(t.shape(weight)[1]);
        t.same_dims(t.shape(t(Fn::embedding, t(Fn::zeros, dims), weight)), want);
    });
    laws.add(Fn::embedding, "out-of-range-is-5", {"E3"}, Needs::values, [](Trial& t) {
        const int64_t rows = t.integer("rows", 1, 5);
        const Value weight = t.tensor("weight", Want().of({rows, 2}));
        t.fails(5, Fn::embedding, {to_arg(indices(t, {rows + t.integer("over", 0, 3)})), to_arg(weight)});
        t.fails(5, Fn::embedding, {to_arg(indices(t, {-1})), to_arg(weight)});
    });
    return laws;
}

}  // namespace

Laws indexing_laws() {
    Laws laws = slice_laws();
    for (const Laws& more : {select_laws(), join_laws()}) laws.add(more);
    return laws;
}

}  // namespace simple::property

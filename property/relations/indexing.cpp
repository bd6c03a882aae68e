// Relations of slice, index_select, embedding, cat, stack and chunk.
#include "property/relations/expressions.h"

namespace simple::property {

namespace {

int64_t clamped(int64_t at, int64_t size) {
    if (at < 0) at += size;
    return std::clamp<int64_t>(at, 0, size);
}

Result selected(Trial& t, const Arguments& a) {
    const Dims dims = shape_of(t, a[0]);
    const int64_t dim = a.integer(1), step = a.integer(4);
    const int64_t size = in_range(dim, dims.size()) ? dims[from_front(dim, dims.size())] : 1;
    const int64_t start = clamped(a.integer(2), size), end = std::max(start, clamped(a.integer(3), size));
    const Value indices =
        t(Fn::arange, static_cast<double>(start), static_cast<double>(end), static_cast<double>(step));
    return t(Fn::index_select, a[0], dim, indices);
}

// Indices as gather wants them: as many as the result has elements.
Result gathered(Trial& t, const Arguments& a) {
    Dims dims = shape_of(t, a[0]);
    const int64_t dim = a.integer(1), count = t.count(Fn::numel, a[2]);
    if (!in_range(dim, dims.size())) return t(Fn::gather, a[0], dim, a[2]);
    if (simple::count(dims) == 0) throw Unrelated("gather looks at no index where it gives nothing");
    Dims along(dims.size(), 1);
    along[from_front(dim, dims.size())] = dims[from_front(dim, dims.size())] = count;
    const Value everywhere = t(Fn::to_int, t(Fn::zeros, dims));
    return t(Fn::gather, a[0], dim, t(Fn::add, t(Fn::reshape, a[2], along), everywhere));
}

Result rows(Trial& t, const Arguments& a) {
    Dims dims = shape_of(t, a[0]);
    const Value found = t(Fn::index_select, a[1], 0, t(Fn::flatten, a[0]));
    dims.push_back(shape_of(t, a[1]).back());
    return t(Fn::reshape, found, dims);
}

bool is_skipped(const Operand& x) { return x.dims == Dims{0}; }  // PyTorch's cat takes it beside any shape

// Of the list's tensors that cat does not skip.
bool ndims_differ(const Arguments& a) {
    const Operand* first = nullptr;
    for (size_t k = 0; k < a.array(0).items.size(); k++) {
        const Operand* x = a.tensor(0, static_cast<int>(k));
        if (is_skipped(*x)) continue;
        if (!first) first = x;
        if (x->dims.size() != first->dims.size()) return true;
    }
    return false;
}

bool has_skipped(const Arguments& a) {
    for (size_t k = 0; k < a.array(0).items.size(); k++)
        if (is_skipped(*a.tensor(0, static_cast<int>(k)))) return true;
    return false;
}

bool other_ndim_than_first(const Arguments& a) {
    for (size_t k = 1; k < a.array(0).items.size(); k++)
        if (a.tensor(0, static_cast<int>(k))->dims.size() != a.tensor(0, 0)->dims.size()) return true;
    return false;
}

Result along_the_first(Trial& t, const Arguments& a) {
    std::vector<Value> keep;
    const int64_t dim = a.integer(1);
    const Array turned = mapped(a.array(0), keep, [&](const Arg& tensor) { return t(Fn::transpose, tensor, 0, dim); });
    return t(Fn::transpose, t(Fn::cat, turned, 0), 0, dim);
}

Result of_unsqueezed(Trial& t, const Arguments& a) {
    std::vector<Value> keep;
    const int64_t dim = a.integer(1);
    const Array wide = mapped(a.array(0), keep, [&](const Arg& tensor) { return t(Fn::unsqueeze, tensor, dim); });
    return t(Fn::cat, wide, dim);
}

int64_t size_along(const Arguments& a, size_t tensor, size_t dim) {
    const Operand& x = *a.tensor(tensor);
    return in_range(a.integer(dim), x.dims.size()) ? x.dims[from_front(a.integer(dim), x.dims.size())] : -1;
}

bool has_its_dim(const Arguments& a) { return in_range(a.integer(1), std::max<size_t>(1, a.tensor(0)->dims.size())); }
bool is_0d_with_its_dim(const Arguments& a) { return a.ndim(0) == 0 && has_its_dim(a); }

}  // namespace

Relations indexing_relations() {
    return {
        {Fn::slice,
         "is-index-select-of-arange",
         {Fn::index_select, Fn::arange},
         Agreement::exact,
         selected,
         {{"a range of nothing may have a negative step", [](const Arguments& a) { return a.integer(4) < 0; },
           Code::argument, Beyond::sometimes},
          {"of 0-d index_select takes its one element", is_0d_with_its_dim, Code::shape, Beyond::sometimes}}},
        {Fn::index_select,
         "is-gather",
         {Fn::gather},
         Agreement::exact,
         gathered,
         {{"indices of at most 1 dim, gather takes those of its argument's dims",
           [](const Arguments& a) { return has_its_dim(a) && a.ndim(2) > 1; }, Code::shape},
          {"of 0-d one index",
           [](const Arguments& a) { return a.ndim(0) == 0 && has_its_dim(a) && count(a.tensor(2)->dims) != 1; },
           Code::shape},
          {"of 0-d index_select gives 0-d, gather what its indices are",
           [](const Arguments& a) { return a.ndim(0) == 0; }, Code::ok, Beyond::sometimes}}},
        {Fn::embedding,
         "is-index-select-of-rows",
         {Fn::index_select, Fn::reshape},
         Agreement::exact,
         rows,
         {{"embedding's weight has 2 dims", [](const Arguments& a) { return a.ndim(1) != 2; }, Code::shape}}},
        {Fn::cat,
         "along-any-dim-is-along-the-first",
         {Fn::transpose},
         Agreement::exact,
         along_the_first,
         {{"what cat skips has no dim but the first", has_skipped, Code::ok, Beyond::sometimes, Code::range},
          {"a tensor of fewer dims has not the others' dim", ndims_differ, Code::shape, Beyond::sometimes,
           Code::range}}},
        {Fn::stack,
         "is-cat-of-unsqueezed",
         {Fn::unsqueeze, Fn::cat},
         Agreement::exact,
         of_unsqueezed,
         {{"a tensor of fewer dims has not the others' dim", other_ndim_than_first, Code::shape, Beyond::sometimes,
           Code::range}}},
        {Fn::chunk,
         "then-cat-is-cat-of-one",
         {Fn::cat},
         Agreement::exact,
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::cat, Dims{a.integer(0)}, a[2]); },
         {{"cat has no number of pieces", [](const Arguments& a) { return a.integer(1) < 1; }, Code::argument},
          {"nothing is split into a million at most",
           [](const Arguments& a) { return a.integer(1) > (int64_t{1} << 20) && size_along(a, 0, 2) == 0; },
           Code::argument},
          {"where cat skips its one tensor it looks at no dim",
           [](const Arguments& a) { return is_skipped(*a.tensor(0)); }, Code::range, Beyond::sometimes}},
         [](Trial& t, const Arguments& a) -> Result { return t(Fn::cat, t.list_of(Fn::chunk, a.all()), a[2]); }},
    };
}

// A dim counted from the end is that counted from the front; one out of range is out of range from there too.
Relations end_relations() {
    Relations rows;
    for (Fn fn :
         {Fn::transpose, Fn::softmax, Fn::log_softmax, Fn::slice, Fn::index_select, Fn::gather, Fn::chunk,
          Fn::squeeze_dim, Fn::unsqueeze, Fn::sum_dim, Fn::mean_dim, Fn::max_dim, Fn::min_dim, Fn::argmax, Fn::argmin})
        rows.push_back(
            {fn, "counts-dims-from-both-ends", {}, Agreement::exact, [fn](Trial& t, const Arguments& a) -> Result {
                 const Function& row = function(fn);
                 const auto n = static_cast<int64_t>(shape_of(t, a[0]).size());
                 Args args = a.all();
                 for (size_t i = 0; i < row.param_count; i++) {
                     if (row.params[i].role != Role::dim && row.params[i].role != Role::newdim) continue;
                     const int64_t size = row.params[i].role == Role::newdim ? n + 1 : std::max<int64_t>(n, 1);
                     int64_t& dim = std::get<int64_t>(args[i]);
                     if (in_range(dim, static_cast<size_t>(size))) dim += dim < 0 ? size : -size;
                 }
                 if (row.result == Type::tensor_array) return t.list_of(fn, args);
                 return t.tensor_of(fn, args);
             }});
    return rows;
}

}  // namespace simple::property

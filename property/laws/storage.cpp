// Who shares storage with whom (H7), made visible through the one in-place write of the ABI: batch_norm moves its
// running mean. A write through a view must show in the tensor that it views, a write to a copy must not.
#include <algorithm>

#include "property/laws/law.h"
#include "property/laws/second_handles.h"

namespace simple::property {

namespace {

// Moves mean (1-D, n channels) by batch_norm in training with momentum 1: it becomes the batch's mean, 5. The batch
// varies: where the variance is small beside the mean, a library may have to look twice.
void write(Trial& t, const Value& mean, int64_t n) {
    std::vector<double> batch(static_cast<size_t>(2 * n), 10);
    std::fill_n(batch.begin(), n, 0);
    t(Fn::batch_norm, t(Fn::from_data, batch, Dims{2, n}), mean, t(Fn::ones, Dims{n}), 0, 0, true, 1.0, 1e-5);
}

struct View {
    Fn fn;
    // A 1-D tensor of all n elements of x, which is 1-D itself.
    Value (*make)(Trial& t, const Value& x, int64_t n);
};

const View kViews[] = {
    {Fn::view, [](Trial& t, const Value& x, int64_t n) { return t(Fn::view, x, Dims{n}); }},
    {Fn::reshape, [](Trial& t, const Value& x, int64_t n) { return t(Fn::reshape, x, Dims{n}); }},
    {Fn::flatten, [](Trial& t, const Value& x, int64_t) { return t(Fn::flatten, x); }},
    {Fn::contiguous, [](Trial& t, const Value& x, int64_t) { return t(Fn::contiguous, x); }},
    {Fn::transpose, [](Trial& t, const Value& x, int64_t) { return t(Fn::transpose, x, 0, -1); }},
    {Fn::t, [](Trial& t, const Value& x, int64_t) { return t(Fn::t, x); }},
    {Fn::permute, [](Trial& t, const Value& x, int64_t) { return t(Fn::permute, x, Dims{0}); }},
    {Fn::squeeze, [](Trial& t, const Value& x, int64_t) { return t(Fn::squeeze, t(Fn::unsqueeze, x, 0)); }},
    {Fn::squeeze_dim, [](Trial& t, const Value& x, int64_t) { return t(Fn::squeeze_dim, t(Fn::unsqueeze, x, 1), 1); }},
    {Fn::unsqueeze, [](Trial& t, const Value& x, int64_t) { return t(Fn::squeeze_dim, t(Fn::unsqueeze, x, 0), 0); }},
    {Fn::slice, [](Trial& t, const Value& x, int64_t n) { return t(Fn::slice, x, 0, 0, n, 1); }},
    {Fn::chunk, [](Trial& t, const Value& x, int64_t) { return t.list(Fn::chunk, x, 1, 0)[0]; }},
    {Fn::detach, [](Trial& t, const Value& x, int64_t) { return t(Fn::detach, x); }},
    {Fn::cpu, [](Trial& t, const Value& x, int64_t) { return t(Fn::cpu, x); }},
    {Fn::to_float, [](Trial& t, const Value& x, int64_t) { return t(Fn::to_float, x); }},
    {Fn::dropout, [](Trial& t, const Value& x, int64_t) { return t(Fn::dropout, x, 0.5, false); }},
};

const View kCopies[] = {
    {Fn::clone, [](Trial& t, const Value& x, int64_t) { return t(Fn::clone, x); }},
    {Fn::index_select,
     [](Trial& t, const Value& x, int64_t n) {
         return t(Fn::index_select, x, 0, t(Fn::arange, 0.0, static_cast<double>(n), 1.0));
     }},
    {Fn::gather, [](Trial& t, const Value& x,
                    int64_t n) { return t(Fn::gather, x, 0, t(Fn::arange, 0.0, static_cast<double>(n), 1.0)); }},
    {Fn::cat, [](Trial& t, const Value& x, int64_t) { return t(Fn::cat, std::vector<Value>{x}, 0); }},
    {Fn::stack,
     [](Trial& t, const Value& x, int64_t n) { return t(Fn::view, t(Fn::stack, std::vector<Value>{x}, 0), Dims{n}); }},
    {Fn::abs, [](Trial& t, const Value& x, int64_t) { return t(Fn::abs, x); }},
    {Fn::relu, [](Trial& t, const Value& x, int64_t) { return t(Fn::relu, x); }},
    {Fn::pow, [](Trial& t, const Value& x, int64_t) { return t(Fn::pow, x, 1.0); }},
    {Fn::add_scalar, [](Trial& t, const Value& x, int64_t) { return t(Fn::add_scalar, x, 0.0); }},
    {Fn::mul_scalar, [](Trial& t, const Value& x, int64_t) { return t(Fn::mul_scalar, x, 1.0); }},
    {Fn::sum_dim, [](Trial& t, const Value& x, int64_t) { return t(Fn::sum_dim, t(Fn::unsqueeze, x, 0), 0, false); }},
    {Fn::max_dim, [](Trial& t, const Value& x, int64_t) { return t(Fn::max_dim, t(Fn::unsqueeze, x, 0), 0, false); }},
    {Fn::mean_dim, [](Trial& t, const Value& x, int64_t) { return t(Fn::mean_dim, t(Fn::unsqueeze, x, 0), 0, false); }},
    {Fn::embedding,
     [](Trial& t, const Value& x, int64_t n) {
         return t(Fn::squeeze_dim,
                  t(Fn::embedding, t(Fn::arange, 0.0, static_cast<double>(n), 1.0), t(Fn::unsqueeze, x, 1)), 1);
     }},
};

// A second handle on a matrix that is not row-major: what needs no copy of it makes none.
std::vector<SecondHandle> matrix_views() {
    return second_handles({
        {Fn::view,
         [](Trial& t, const Value& x) {
             return t(Fn::view, x, Dims{3, 2});
         }},
        {Fn::reshape,
         [](Trial& t, const Value& x) {
             return t(Fn::reshape, x, Dims{3, 2});
         }},
        {Fn::slice, [](Trial& t, const Value& x) { return t(Fn::slice, x, 0, 0, 3, 1); }},
        {Fn::chunk, [](Trial& t, const Value& x) { return t.list(Fn::chunk, x, 1, 0)[0]; }},
        {Fn::detach, [](Trial& t, const Value& x) { return t(Fn::detach, x); }},
        {Fn::to_float, [](Trial& t, const Value& x) { return t(Fn::to_float, x); }},
    });
}

// The matrix may be in a graph; the elements are then written through what is cut from it.
void shows_through_strides(Trial& t, const SecondHandle& view) {
    const Value x = t.make(t.spec("x", Want().f64().of({6}).filled(Values::positive)));
    const Value elements = t(Fn::detach, x);
    if (t.flag("in a graph")) t.run(Fn::set_requires_grad, {to_arg(x), to_arg(true)});
    const Value matrix = t(Fn::t, t(Fn::view, x, Dims{2, 3}));
    const Value alias = view.make(t, matrix);
    write(t, elements, 6);
    for (double value : t.data(alias)) t.near(value, 5);
}

Value base(Trial& t, Fn fn, int64_t n) {
    TensorSpec spec = t.spec("x", Want().f64().of({n}).filled(Values::positive));
    // contiguous shares storage only with what is contiguous already.
    if (fn == Fn::contiguous) spec.layout = Layout::offset;
    return t.make(spec);
}

struct Viewed {
    Value base, alias;
    int64_t n;
};

Viewed viewed(Trial& t, const View& view) {
    const int64_t n = t.integer("n", 2, 6);
    const Value x = base(t, view.fn, n);
    return {x, view.make(t, x, n), n};
}

}  // namespace

Laws storage_laws() {
    Laws laws;
    for (const View& view : kViews) {
        laws.add(view.fn, "write-shows-in-base", {"H7", "V1"}, Needs::values, [view](Trial& t) {
            const auto [x, alias, n] = viewed(t, view);
            write(t, alias, n);
            for (double value : t.data(x)) t.near(value, 5);
        });
        laws.add(view.fn, "write-to-base-shows", {"H7"}, Needs::values, [view](Trial& t) {
            const auto [x, alias, n] = viewed(t, view);
            write(t, x, n);
            for (double value : t.data(alias)) t.near(value, 5);
        });
        laws.add(view.fn, "outlives-its-base", {"H1"}, Needs::values, [view](Trial& t) {
            const int64_t n = t.integer("n", 2, 6);
            const TensorSpec spec = t.spec("x", Want().f64().of({n}).filled(Values::positive));
            Value alias;
            {
                const Value x = t.make(spec);
                alias = view.make(t, x, n);
            }
            const std::vector<double> got = t.data(alias);
            for (size_t i = 0; i < got.size(); i++) t.near(got[i], spec.values[i], 0, 0);
        });
    }
    for (const SecondHandle& view : matrix_views())
        laws.add(view.fn, "write-to-strided-base-shows", {"H7"}, Needs::values,
                 [view](Trial& t) { shows_through_strides(t, view); });
    for (const View& copy : kCopies)
        laws.add(copy.fn, "is-a-copy", {"H7"}, Needs::values, [copy](Trial& t) {
            const int64_t n = t.integer("n", 2, 6);
            const TensorSpec spec = t.spec("x", Want().f64().of({n}).filled(Values::positive));
            const Value x = t.make(spec), other = copy.make(t, x, n);
            write(t, other, n);
            const std::vector<double> got = t.data(x);
            for (size_t i = 0; i < got.size(); i++) t.near(got[i], spec.values[i], 0, 0);
        });
    return laws;
}

}  // namespace simple::property

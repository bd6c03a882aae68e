// Entry points: creation, data, shape and indexing.
#include "golden/reference/boundary.h"
#include "golden/reference/creation.h"
#include "golden/reference/random.h"

using namespace simple;
using namespace simple::reference;

namespace {

template <class Make>
int64_t created(Fn fn, const SplArray* dims, Make make) {
    return guarded_tensor(fn, [&] {
        const Sizes sizes = spl::read_i64s(dims, "dims");
        rules::created(sizes);
        return fresh(make(sizes));
    });
}

// What reshape and its like do: a view where strides allow it, else a copy.
template <class Rule>
int64_t view_or_copy(Fn fn, int64_t handle, Rule rule) {
    return guarded_tensor(fn, [&] {
        const Pinned x = tensor(handle);
        bool copies = false;
        const Meta meta = rule(x->meta, &copies);
        return copies ? copy(*x, meta) : view(*x, meta);
    });
}

int64_t cast(Fn fn, int64_t handle, rules::DType dtype) {
    return view_or_copy(fn, handle, [&](const Meta& x, bool* copies) {
        *copies = x.dtype != dtype;
        return rules::cast(x, dtype);
    });
}

template <class Rule>
int64_t joined(Fn fn, const SplArray* tensors, int64_t dim, Rule rule) {
    return guarded_tensor(fn, [&] {
        std::vector<Pinned> pins;
        for (int64_t handle : spl::read_handles(tensors, "tensors")) pins.push_back(tensor(handle, "tensors"));
        Arguments arguments;
        std::vector<const Meta*> metas;
        for (const Pinned& pin : pins) {
            arguments.push_back(&*pin);
            metas.push_back(&pin->meta);
        }
        const Meta meta = rule(metas, dim);
        return compute(fn, arguments, {{dim}, {}, {}}, {meta})[0];
    });
}

template <class Rule>
int64_t picked(Fn fn, int64_t handle, int64_t dim, int64_t indices, Rule rule) {
    return guarded_tensor(fn, [&] {
        const Pinned x = tensor(handle), picks = tensor(indices, "indices");
        return compute(fn, {&*x, &*picks}, {{dim}, {}, {}}, {rule(x->meta, dim, picks->meta)})[0];
    });
}

}  // namespace

int64_t rt_torch_tensor_zeros(const SplArray* dims) {
    return created(Fn::zeros, dims, [](const Sizes& sizes) { return zeros(DType::f32, sizes); });
}
int64_t rt_torch_tensor_ones(const SplArray* dims) {
    return created(Fn::ones, dims, [](const Sizes& sizes) { return filled(DType::f32, sizes, 1); });
}
int64_t rt_torch_tensor_randn(const SplArray* dims) {
    return created(Fn::randn, dims, [](const Sizes& sizes) { return rounded(normal(DType::f32, sizes)); });
}
int64_t rt_torch_tensor_rand(const SplArray* dims) {
    return created(Fn::rand, dims, [](const Sizes& sizes) { return uniform(DType::f32, sizes); });
}
int64_t rt_torch_tensor_empty(const SplArray* dims) {
    return guarded_tensor(Fn::empty, [&] {
        const Sizes sizes = spl::read_i64s(dims, "dims");
        rules::created(sizes);
        return reserved(DType::f32, sizes);
    });
}
int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return guarded_tensor(Fn::full, [&] {
        const Sizes sizes = spl::read_i64s(dims, "dims");
        rules::full(sizes, value);
        return fresh(rounded(filled(DType::f32, sizes, value)));
    });
}
int64_t rt_torch_tensor_from_data(const SplArray* data, const SplArray* dims) {
    return guarded_tensor(Fn::from_data, [&] {
        Values x;
        x.reals = spl::read_f64s(data, "data");
        x.sizes = spl::read_i64s(dims, "dims");
        rules::from_data(static_cast<int64_t>(x.reals.size()), x.sizes, rules::DType::f64);
        return fresh(std::move(x));
    });
}
int64_t rt_torch_tensor_from_i64_data(const SplArray* data, const SplArray* dims) {
    return guarded_tensor(Fn::from_i64_data, [&] {
        Values x;
        x.dtype = DType::i64;
        x.wholes = spl::read_i64s(data, "data");
        x.sizes = spl::read_i64s(dims, "dims");
        rules::from_data(static_cast<int64_t>(x.wholes.size()), x.sizes, rules::DType::i64);
        return fresh(std::move(x));
    });
}
int64_t rt_torch_tensor_arange(double start, double end, double step) {
    return guarded_tensor(Fn::arange,
                          [&] { return fresh(arange(start, step, rules::arange(start, end, step).numel())); });
}
int64_t rt_torch_tensor_linspace(double start, double end, int64_t steps) {
    return guarded_tensor(Fn::linspace, [&] {
        rules::linspace(start, end, steps);
        return fresh(linspace(start, end, steps));
    });
}
int64_t rt_torch_tensor_eye(int64_t n) {
    return guarded_tensor(Fn::eye, [&] {
        rules::eye(n);
        return fresh(eye(n));
    });
}

SplArray* rt_torch_torchtensor_to_data(int64_t handle) {
    return guarded<SplArray*>(Fn::to_data, nullptr, [&] {
        const Values x = values(*tensor(handle));
        SplArray* array = spl::make_array(x.numel());
        for (int64_t i = 0; i < x.numel(); ++i) array->items[i] = spl::float_value(x.real(i));
        return array;
    });
}
int32_t rt_torch_torchtensor_dtype(int64_t handle) {
    return guarded(Fn::dtype, int32_t{-1}, [&] { return static_cast<int32_t>(tensor(handle)->meta.dtype); });
}
int64_t rt_torch_torchtensor_to_float(int64_t handle) { return cast(Fn::to_float, handle, rules::DType::f64); }
int64_t rt_torch_torchtensor_to_float32(int64_t handle) { return cast(Fn::to_float32, handle, rules::DType::f32); }
int64_t rt_torch_torchtensor_to_int(int64_t handle) { return cast(Fn::to_int, handle, rules::DType::i64); }

int64_t rt_torch_torchtensor_ndim(int64_t handle) {
    return guarded(Fn::ndim, int64_t{-1}, [&] { return tensor(handle)->meta.ndim(); });
}
int64_t rt_torch_torchtensor_numel(int64_t handle) {
    return guarded(Fn::numel, int64_t{-1}, [&] { return tensor(handle)->meta.numel(); });
}
SplArray* rt_torch_torchtensor_shape(int64_t handle) {
    return guarded<SplArray*>(Fn::shape, nullptr, [&] {
        const Pinned x = tensor(handle);
        SplArray* array = spl::make_array(x->meta.ndim());
        for (size_t d = 0; d < x->meta.sizes.size(); ++d) array->items[d] = spl::int_value(x->meta.sizes[d]);
        return array;
    });
}
int64_t rt_torch_torchtensor_transpose(int64_t handle, int64_t dim0, int64_t dim1) {
    return view_call(Fn::transpose, handle, [&](const Meta& x) { return rules::transpose(x, dim0, dim1); });
}
int64_t rt_torch_torchtensor_t(int64_t handle) { return view_call(Fn::t, handle, rules::t); }
int64_t rt_torch_torchtensor_view(int64_t handle, const SplArray* dims) {
    return view_call(Fn::view, handle, [&](const Meta& x) { return rules::view(x, spl::read_i64s(dims, "dims")); });
}
int64_t rt_torch_torchtensor_permute(int64_t handle, const SplArray* dims) {
    return view_call(Fn::permute, handle,
                     [&](const Meta& x) { return rules::permute(x, spl::read_i64s(dims, "dims")); });
}
int64_t rt_torch_torchtensor_squeeze(int64_t handle) { return view_call(Fn::squeeze, handle, rules::squeeze); }
int64_t rt_torch_torchtensor_squeeze_dim(int64_t handle, int64_t dim) {
    return view_call(Fn::squeeze_dim, handle, [&](const Meta& x) { return rules::squeeze_dim(x, dim); });
}
int64_t rt_torch_torchtensor_unsqueeze(int64_t handle, int64_t dim) {
    return view_call(Fn::unsqueeze, handle, [&](const Meta& x) { return rules::unsqueeze(x, dim); });
}
int64_t rt_torch_torchtensor_slice(int64_t handle, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return view_call(Fn::slice, handle, [&](const Meta& x) { return rules::slice(x, dim, start, end, step); });
}
int64_t rt_torch_torchtensor_reshape(int64_t handle, const SplArray* dims) {
    return view_or_copy(Fn::reshape, handle, [&](const Meta& x, bool* copies) {
        return rules::reshape(x, spl::read_i64s(dims, "dims"), copies);
    });
}
int64_t rt_torch_torchtensor_flatten(int64_t handle) { return view_or_copy(Fn::flatten, handle, rules::flatten); }
int64_t rt_torch_torchtensor_contiguous(int64_t handle) {
    return view_or_copy(Fn::contiguous, handle, [](const Meta& x, bool* copies) {
        *copies = !x.contiguous();
        return *copies ? rules::fresh(x.sizes, x.dtype) : x;
    });
}
int64_t rt_torch_torchtensor_clone(int64_t handle) {
    return view_or_copy(Fn::clone, handle, [](const Meta& x, bool* copies) {
        *copies = true;
        return rules::fresh(x.sizes, x.dtype);
    });
}
SplArray* rt_torch_torchtensor_chunk(int64_t handle, int64_t chunks, int64_t dim) {
    return guarded<SplArray*>(Fn::chunk, nullptr, [&] {
        const Pinned x = tensor(handle);
        std::vector<Tensor> views;
        for (const Meta& meta : rules::chunk(x->meta, chunks, dim)) views.push_back(view(*x, meta));
        return array_of(std::move(views));
    });
}

int64_t rt_torch_torchtensor_index_select(int64_t handle, int64_t dim, int64_t indices) {
    return picked(Fn::index_select, handle, dim, indices, rules::index_select);
}
int64_t rt_torch_torchtensor_gather(int64_t handle, int64_t dim, int64_t indices) {
    return picked(Fn::gather, handle, dim, indices, rules::gather);
}
int64_t rt_torch_torchtensor_cat(const SplArray* tensors, int64_t dim) {
    return joined(Fn::cat, tensors, dim, rules::cat);
}
int64_t rt_torch_torchtensor_stack(const SplArray* tensors, int64_t dim) {
    return joined(Fn::stack, tensors, dim, rules::stack);
}
int64_t rt_torch_nn_embedding(int64_t input, int64_t weight) {
    return binary_call(Fn::embedding, input, "input", weight, "weight", rules::embedding);
}

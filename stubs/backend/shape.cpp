// Creation, data, shapes, indexing and joining.
#include "stubs/backend/boundary.h"

using namespace simple;
using namespace simple::stub;

namespace {

int64_t created(Fn fn, const SplArray* dims) {
    return tensor_call(fn, [&] { return Tensor(rules::created(spl::read_i64s(dims, "dims"))); });
}

// Views save nothing, and a copy no more than a view.
template <typename Rule>
int64_t view_call(Fn fn, int64_t handle, Rule rule) {
    return unary_call(fn, handle, rule, false);
}

template <typename Rule>
int64_t joined(Fn fn, const SplArray* array, Rule rule) {
    return tensor_call(fn, [&] {
        std::vector<Pinned> pins;
        for (int64_t handle : spl::read_handles(array, "tensors")) pins.push_back(tensor(handle, "tensors"));
        std::vector<const Tensor*> inputs;
        std::vector<const Meta*> metas;
        for (const Pinned& pin : pins) {
            inputs.push_back(&*pin);
            metas.push_back(&pin->meta);
        }
        return computed(rule(metas), inputs, false);
    });
}

// Indices take no gradient.
template <typename Rule>
int64_t picked(Fn fn, int64_t handle, int64_t indices, Rule rule) {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(handle), index = tensor(indices, "indices");
        return computed(rule(x->meta, index->meta), {&*x});
    });
}

int64_t cast(Fn fn, int64_t handle, rules::DType dtype) {
    return view_call(fn, handle, [&](const Meta& x) { return rules::cast(x, dtype); });
}

}  // namespace

int64_t rt_torch_tensor_zeros(const SplArray* dims) { return created(Fn::zeros, dims); }
int64_t rt_torch_tensor_ones(const SplArray* dims) { return created(Fn::ones, dims); }
int64_t rt_torch_tensor_randn(const SplArray* dims) { return created(Fn::randn, dims); }
int64_t rt_torch_tensor_rand(const SplArray* dims) { return created(Fn::rand, dims); }
int64_t rt_torch_tensor_empty(const SplArray* dims) { return created(Fn::empty, dims); }
int64_t rt_torch_tensor_full(const SplArray* dims, double value) {
    return tensor_call(Fn::full, [&] { return Tensor(rules::full(spl::read_i64s(dims, "dims"), value)); });
}
int64_t rt_torch_tensor_from_data(const SplArray* data, const SplArray* dims) {
    return tensor_call(Fn::from_data, [&] {
        const auto count = static_cast<int64_t>(spl::read_f64s(data, "data").size());
        return Tensor(rules::from_data(count, spl::read_i64s(dims, "dims"), rules::DType::f64));
    });
}
int64_t rt_torch_tensor_from_i64_data(const SplArray* data, const SplArray* dims) {
    return tensor_call(Fn::from_i64_data, [&] {
        const auto count = static_cast<int64_t>(spl::read_i64s(data, "data").size());
        return Tensor(rules::from_data(count, spl::read_i64s(dims, "dims"), rules::DType::i64));
    });
}
int64_t rt_torch_tensor_arange(double start, double end, double step) {
    return tensor_call(Fn::arange, [&] { return Tensor(rules::arange(start, end, step)); });
}
int64_t rt_torch_tensor_linspace(double start, double end, int64_t steps) {
    return tensor_call(Fn::linspace, [&] { return Tensor(rules::linspace(start, end, steps)); });
}
int64_t rt_torch_tensor_eye(int64_t n) {
    return tensor_call(Fn::eye, [&] { return Tensor(rules::eye(n)); });
}

int64_t rt_torch_torchtensor_ndim(int64_t handle) {
    return call(Fn::ndim, int64_t{-1}, [&] { return tensor(handle)->meta.ndim(); });
}
int64_t rt_torch_torchtensor_numel(int64_t handle) {
    return call(Fn::numel, int64_t{-1}, [&] { return tensor(handle)->meta.numel(); });
}
SplArray* rt_torch_torchtensor_shape(int64_t handle) {
    return call(Fn::shape, static_cast<SplArray*>(nullptr), [&] {
        const Pinned x = tensor(handle);
        SplArray* array = spl::make_array(x->meta.ndim());
        for (size_t i = 0; i < x->meta.sizes.size(); ++i) array->items[i] = spl::int_value(x->meta.sizes[i]);
        return array;
    });
}
SplArray* rt_torch_torchtensor_to_data(int64_t handle) {
    return call(Fn::to_data, static_cast<SplArray*>(nullptr), [&] {
        const int64_t count = tensor(handle)->meta.numel();
        SplArray* array = spl::make_array(count);
        for (int64_t i = 0; i < count; ++i) array->items[i] = spl::float_value(0);
        return array;
    });
}
int32_t rt_torch_torchtensor_dtype(int64_t handle) {
    return call(Fn::dtype, int32_t{-1}, [&] { return static_cast<int32_t>(tensor(handle)->meta.dtype); });
}
int64_t rt_torch_torchtensor_to_float(int64_t handle) { return cast(Fn::to_float, handle, rules::DType::f64); }
int64_t rt_torch_torchtensor_to_float32(int64_t handle) { return cast(Fn::to_float32, handle, rules::DType::f32); }
int64_t rt_torch_torchtensor_to_int(int64_t handle) { return cast(Fn::to_int, handle, rules::DType::i64); }

int64_t rt_torch_torchtensor_transpose(int64_t handle, int64_t dim0, int64_t dim1) {
    return view_call(Fn::transpose, handle, [&](const Meta& x) { return rules::transpose(x, dim0, dim1); });
}
int64_t rt_torch_torchtensor_t(int64_t handle) { return view_call(Fn::t, handle, rules::t); }
int64_t rt_torch_torchtensor_view(int64_t handle, const SplArray* dims) {
    return view_call(Fn::view, handle, [&](const Meta& x) { return rules::view(x, spl::read_i64s(dims, "dims")); });
}
int64_t rt_torch_torchtensor_reshape(int64_t handle, const SplArray* dims) {
    return view_call(Fn::reshape, handle, [&](const Meta& x) {
        bool copies = false;
        return rules::reshape(x, spl::read_i64s(dims, "dims"), &copies);
    });
}
int64_t rt_torch_torchtensor_flatten(int64_t handle) {
    return view_call(Fn::flatten, handle, [](const Meta& x) {
        bool copies = false;
        return rules::flatten(x, &copies);
    });
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
int64_t rt_torch_torchtensor_contiguous(int64_t handle) {
    return view_call(Fn::contiguous, handle, [](const Meta& x) { return x.contiguous() ? x : rules::same(x); });
}
int64_t rt_torch_torchtensor_clone(int64_t handle) { return view_call(Fn::clone, handle, rules::same); }

int64_t rt_torch_torchtensor_slice(int64_t handle, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return view_call(Fn::slice, handle, [&](const Meta& x) { return rules::slice(x, dim, start, end, step); });
}
int64_t rt_torch_torchtensor_index_select(int64_t handle, int64_t dim, int64_t indices) {
    return picked(Fn::index_select, handle, indices,
                  [&](const Meta& x, const Meta& index) { return rules::index_select(x, dim, index); });
}
int64_t rt_torch_torchtensor_gather(int64_t handle, int64_t dim, int64_t indices) {
    return picked(Fn::gather, handle, indices,
                  [&](const Meta& x, const Meta& index) { return rules::gather(x, dim, index); });
}
int64_t rt_torch_torchtensor_cat(const SplArray* tensors, int64_t dim) {
    return joined(Fn::cat, tensors, [&](const auto& metas) { return rules::cat(metas, dim); });
}
int64_t rt_torch_torchtensor_stack(const SplArray* tensors, int64_t dim) {
    return joined(Fn::stack, tensors, [&](const auto& metas) { return rules::stack(metas, dim); });
}
SplArray* rt_torch_torchtensor_chunk(int64_t handle, int64_t chunks, int64_t dim) {
    return call(Fn::chunk, static_cast<SplArray*>(nullptr), [&] {
        const Pinned x = tensor(handle);
        std::vector<Tensor> pieces;
        for (Meta& piece : rules::chunk(x->meta, chunks, dim))
            pieces.push_back(computed(std::move(piece), {&*x}, false));
        return handle_array(std::move(pieces));
    });
}

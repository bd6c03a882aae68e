// Views and aliases, and the copies that stand in where strides or dtypes do not allow one.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

template <typename Rule>
int64_t view_of(Fn fn, int64_t handle, Rule rule) {
    return made_of(fn, handle, [&](const Tensor& x) { return viewed(fn, x, rule(x.meta)); });
}

template <typename Rule>
int64_t view_or_copy(Fn fn, int64_t handle, Rule rule) {
    return made_of(fn, handle, [&](const Tensor& x) {
        bool copies = false;
        Meta meta = rule(x.meta, &copies);
        return copies ? copied(fn, x, std::move(meta)) : viewed(fn, x, std::move(meta));
    });
}

int64_t cast(Fn fn, int64_t handle, rules::DType dtype) {
    return view_or_copy(fn, handle, [&](const Meta& x, bool* copies) {
        *copies = x.dtype != dtype;
        return rules::cast(x, dtype);
    });
}

}  // namespace

int64_t rt_torch_torchtensor_transpose(int64_t handle, int64_t dim0, int64_t dim1) {
    return view_of(Fn::transpose, handle, [&](const Meta& x) { return rules::transpose(x, dim0, dim1); });
}
int64_t rt_torch_torchtensor_t(int64_t handle) { return view_of(Fn::t, handle, rules::t); }
int64_t rt_torch_torchtensor_view(int64_t handle, const SplArray* dims) {
    return view_of(Fn::view, handle, [&](const Meta& x) { return rules::view(x, spl::read_i64s(dims, "dims")); });
}
int64_t rt_torch_torchtensor_permute(int64_t handle, const SplArray* dims) {
    return view_of(Fn::permute, handle, [&](const Meta& x) { return rules::permute(x, spl::read_i64s(dims, "dims")); });
}
int64_t rt_torch_torchtensor_squeeze(int64_t handle) { return view_of(Fn::squeeze, handle, rules::squeeze); }
int64_t rt_torch_torchtensor_squeeze_dim(int64_t handle, int64_t dim) {
    return view_of(Fn::squeeze_dim, handle, [&](const Meta& x) { return rules::squeeze_dim(x, dim); });
}
int64_t rt_torch_torchtensor_unsqueeze(int64_t handle, int64_t dim) {
    return view_of(Fn::unsqueeze, handle, [&](const Meta& x) { return rules::unsqueeze(x, dim); });
}
int64_t rt_torch_torchtensor_slice(int64_t handle, int64_t dim, int64_t start, int64_t end, int64_t step) {
    return view_of(Fn::slice, handle, [&](const Meta& x) { return rules::slice(x, dim, start, end, step); });
}
SplArray* rt_torch_torchtensor_chunk(int64_t handle, int64_t chunks, int64_t dim) {
    return array_call(Fn::chunk, [&] {
        const Pinned x = tensor(Fn::chunk, handle);
        std::vector<Tensor> pieces;
        for (Meta& piece : rules::chunk(x->meta, chunks, dim))
            pieces.push_back(viewed(Fn::chunk, *x, std::move(piece)));
        return handle_array(std::move(pieces));
    });
}
int64_t rt_torch_torchtensor_cpu(int64_t handle) {
    return view_of(Fn::cpu, handle, [](const Meta& x) { return x; });
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
        return *copies ? rules::same(x) : x;
    });
}
int64_t rt_torch_torchtensor_clone(int64_t handle) {
    return made_of(Fn::clone, handle, [](const Tensor& x) { return copied(Fn::clone, x, rules::same(x.meta)); });
}
int64_t rt_torch_torchtensor_to_float(int64_t handle) { return cast(Fn::to_float, handle, rules::DType::f64); }
int64_t rt_torch_torchtensor_to_float32(int64_t handle) { return cast(Fn::to_float32, handle, rules::DType::f32); }
int64_t rt_torch_torchtensor_to_int(int64_t handle) { return cast(Fn::to_int, handle, rules::DType::i64); }

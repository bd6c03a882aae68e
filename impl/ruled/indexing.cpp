// Looking elements up, and joining tensors.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

int64_t picked(Fn fn, int64_t handle, int64_t dim, int64_t indices, Meta (*rule)(const Meta&, int64_t, const Meta&)) {
    const auto along = [&](const Meta& x, const Meta& index) { return rule(x, dim, index); };
    return binary(fn, handle, indices, along, {{dim}, {}, {}});
}

int64_t joined(Fn fn, const SplArray* array, int64_t dim, Meta (*rule)(const std::vector<const Meta*>&, int64_t)) {
    return tensor_call(fn, [&] {
        std::vector<Pinned> pins;
        for (int64_t handle : spl::read_handles(array, "tensors")) pins.push_back(tensor(fn, handle));
        std::vector<const Tensor*> inputs;
        std::vector<const Meta*> metas;
        for (const Pinned& pin : pins) {
            inputs.push_back(&*pin);
            metas.push_back(&pin->meta);
        }
        return computed(fn, inputs, {{dim}, {}, {}}, rule(metas, dim));
    });
}

}  // namespace

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
    return binary(Fn::embedding, input, weight, rules::embedding);
}

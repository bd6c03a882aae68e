// Products of matrices and their decompositions.
#include "impl/ruled/boundary.h"

using namespace simple;
using namespace simple::ruled;

namespace {

// All that a decomposition gives, as results of one step.
template <typename Rule>
SplArray* decomposed(Fn fn, int64_t handle, Rule rule) {
    return array_call(fn, [&] {
        const Pinned x = tensor(fn, handle);
        std::vector<Tensor> results;
        for (Meta& meta : rule(x->meta)) results.emplace_back(std::move(meta));
        Elements::Step step = Elements::compute(fn, {&*x}, {}, results);
        if (wants_graph({&*x})) record(fn, {&*x}, results, std::move(step), Saves::as_fn_does);
        return handle_array(std::move(results));
    });
}

}  // namespace

int64_t rt_torch_torchtensor_matmul(int64_t a, int64_t b) { return binary(Fn::matmul, a, b, rules::matmul); }
int64_t rt_torch_torchtensor_dot(int64_t a, int64_t b) { return binary(Fn::dot, a, b, rules::dot); }
double rt_torch_torchtensor_norm(int64_t x) { return number(Fn::norm, x, rules::check_floating); }
double rt_torch_torchtensor_det(int64_t x) { return number(Fn::det, x, rules::det); }
int64_t rt_torch_torchtensor_inverse(int64_t x) { return unary(Fn::inverse, x, rules::inverse); }
int64_t rt_torch_torchtensor_svd(int64_t handle) {
    return unary(Fn::svd, handle, [](const Meta& x) { return rules::svd(x)[0]; });
}
int64_t rt_torch_torchtensor_eig(int64_t handle) {
    return unary(Fn::eig, handle, [](const Meta& x) { return rules::eig(x)[0]; });
}
SplArray* rt_torch_torchtensor_svd_all(int64_t x) { return decomposed(Fn::svd_all, x, rules::svd); }
SplArray* rt_torch_torchtensor_eig_all(int64_t x) { return decomposed(Fn::eig_all, x, rules::eig); }

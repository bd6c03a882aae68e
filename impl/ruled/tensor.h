// A tensor of a backend made of the shape rules, the graph behind it, and the ways to make one from others.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "impl/errors/fast_tls.h"
#include "impl/ruled/policy.h"
#include RULED_ELEMENTS

namespace simple::ruled {

struct Node;

// Where a tensor's gradient goes: a result of the node that computed it, or a leaf's node.
struct Edge {
    std::shared_ptr<Node> node;
    size_t result = 0;
};

struct Tensor {
    Meta meta;
    bool requires_grad = false;
    Elements::Storage storage;
    Edge edge;  // without a node until gradients are asked for

    Tensor() = default;
    explicit Tensor(Meta m) : meta(std::move(m)) {}
    bool computed() const;  // a result of the graph, not a leaf
};

struct Leaf {
    bool requires_grad = false;  // as its tensor has it now; while false, no gradient arrives
    bool has_grad = false;
    Tensor grad;
};

// A step of the graph, or a leaf.
struct Node {
    uint64_t order = 0;        // later nodes have higher ones
    std::vector<Edge> inputs;  // without a node where no gradient is wanted
    size_t results = 1;
    Elements::Step step;
    bool saves = false;  // whether the step needs values that one backward uses up (G3)
    bool used = false;
    std::unique_ptr<Leaf> leaf;
    std::shared_ptr<Node> next;  // while a graph is taken apart

    ~Node();
};

inline bool Tensor::computed() const { return edge.node && !edge.node->leaf; }

// The calling thread's no_grad nesting.
SIMPLE_FAST_TLS extern __thread int64_t t_no_grad_depth;
void leave_no_grad();  // a Fault of code 9 where none is open

inline bool wants_graph(Inputs inputs) {
    if (t_no_grad_depth > 0) return false;
    for (const Tensor* input : inputs)
        if (input && input->requires_grad) return true;
    return false;
}

// Makes floating results computed ones, where gradients flow to any of the inputs.
enum class Saves : bool {
    nothing,
    as_fn_does
};
void record(Fn fn, Inputs inputs, Results results, Elements::Step step, Saves saves);

// A result of fn, whose Meta the rule gave.
inline Tensor computed(Fn fn, Inputs inputs, const Parameters& parameters, Meta meta) {
    Tensor result(std::move(meta));
    Elements::Step step = Elements::compute(fn, inputs, parameters, {&result, 1});
    if (wants_graph(inputs)) record(fn, inputs, {&result, 1}, std::move(step), Saves::as_fn_does);
    return result;
}

// A tensor on x's storage.
inline Tensor viewed(Fn fn, const Tensor& x, Meta meta) {
    Tensor result(std::move(meta));
    result.storage = x.storage;
    if (wants_graph({&x})) record(fn, {&x}, {&result, 1}, Elements::view(x, result), Saves::nothing);
    return result;
}

// A row-major copy of x's elements under the sizes and dtype of meta.
inline Tensor copied(Fn fn, const Tensor& x, Meta meta) {
    Tensor result(std::move(meta));
    Elements::Step step = Elements::copy(x, result);
    if (wants_graph({&x})) record(fn, {&x}, {&result, 1}, std::move(step), Saves::nothing);
    return result;
}

void set_requires_grad(Tensor& x, bool requires_grad);
const Tensor* grad(const Tensor& x);  // null when there is none
void backward(const Tensor& x);

}  // namespace simple::ruled

#include "impl/ruled/tensor.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <optional>

#include "impl/errors/error.h"

namespace simple::ruled {
namespace {

uint64_t next_order() {
    static std::atomic<uint64_t> count{0};
    return ++count;
}

// Not to indices, classes and running statistics.
bool passes_gradient(Fn fn, size_t k, Inputs inputs) {
    const Role role = tensor_param(fn, k).role;
    if (role == Role::target) return rules::holds_probabilities(inputs[0]->meta, inputs[k]->meta);
    return role != Role::index && role != Role::running;
}

// Sums and moves of elements save nothing.
bool saves_values(Fn fn, Inputs inputs) {
    switch (fn) {
        case Fn::add:
        case Fn::sub:
        case Fn::neg:
        case Fn::add_scalar:
        case Fn::mul_scalar:
        case Fn::sum_dim:
        case Fn::mean_dim:
        case Fn::cat:
        case Fn::stack: return false;
        // LibTorch saves input and weight each for the other's gradient; the bias's needs neither.
        case Fn::linear: return inputs[0]->requires_grad || inputs[1]->requires_grad;
        default: return true;
    }
}

// PyTorch gives a gradient its leaf's strides where those leave no gaps and do not overlap, else row-major ones.
Meta gradient_of(const Meta& leaf) {
    Meta grad = rules::fresh(leaf.sizes, leaf.dtype);
    std::vector<size_t> order(leaf.sizes.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return leaf.strides[a] < leaf.strides[b]; });
    int64_t expected = 1;
    for (size_t i : order) {
        if (leaf.sizes[i] == 1) continue;
        if (leaf.strides[i] != expected) return grad;
        expected *= leaf.sizes[i];
    }
    grad.strides = leaf.strides;
    return grad;
}

// A node whose results' gradients are there when its turn comes.
struct Turn {
    std::shared_ptr<Node> node;
    std::vector<std::optional<Elements::Gradient>> grads;
};

// Nodes by order, the latest first.
using Turns = std::map<uint64_t, Turn, std::greater<>>;

void arrive(Turns& turns, const Edge& edge, Elements::Gradient gradient) {
    Turn& turn = turns[edge.node->order];
    turn.node = edge.node;
    turn.grads.resize(edge.node->results);
    std::optional<Elements::Gradient>& sum = turn.grads[edge.result];
    sum = sum ? Elements::sum(*sum, gradient) : std::move(gradient);
}

void undo(const Turn& turn, Turns& turns) {
    const Node& node = *turn.node;
    if (node.used && node.saves) fail(Code::argument, "backward has gone over this graph before; compute handle again");
    std::vector<const Elements::Gradient*> of_results;
    for (const auto& grad : turn.grads) of_results.push_back(grad ? &*grad : nullptr);
    auto of_inputs = Elements::undo(node.step, of_results, node.inputs.size());
    for (size_t k = 0; k < node.inputs.size(); ++k)
        if (node.inputs[k].node && of_inputs[k]) arrive(turns, node.inputs[k], std::move(*of_inputs[k]));
}

void accumulate(Leaf& leaf, Elements::Gradient gradient) {
    if (!leaf.requires_grad) return;
    leaf.has_grad ? Elements::add(leaf.grad, std::move(gradient)) : Elements::keep(leaf.grad, std::move(gradient));
    leaf.has_grad = true;
}

}  // namespace

SIMPLE_FAST_TLS __thread int64_t t_no_grad_depth = 0;

void leave_no_grad() {
    if (t_no_grad_depth == 0) fail(Code::no_grad, "this thread is in no no_grad_begin");
    --t_no_grad_depth;
}

// A graph may be deeper than the stack: nodes that only this one keeps are taken apart here, not by recursion. They
// wait in a list of their own links, since freeing allocates nothing.
Node::~Node() {
    std::shared_ptr<Node> open;
    const auto take_inputs = [&](Node& node) {
        for (Edge& input : node.inputs) {
            if (!input.node || input.node.use_count() != 1) continue;
            input.node->next = std::move(open);
            open = std::move(input.node);
        }
        node.inputs.clear();
    };
    take_inputs(*this);
    while (open) {
        const std::shared_ptr<Node> node = std::move(open);
        open = std::move(node->next);
        take_inputs(*node);
    }
}

void record(Fn fn, Inputs inputs, Results results, Elements::Step step, Saves saves) {
    std::vector<Edge> edges(inputs.size());
    bool any = false;
    for (size_t k = 0; k < inputs.size(); ++k) {
        if (!inputs[k] || !inputs[k]->requires_grad || !passes_gradient(fn, k, inputs)) continue;
        edges[k] = inputs[k]->edge;
        any = true;
    }
    if (!any || !rules::floating(results[0].meta.dtype)) return;
    auto node = std::make_shared<Node>();
    node->order = next_order();
    node->inputs = std::move(edges);
    node->results = results.size();
    node->step = std::move(step);
    node->saves = saves == Saves::as_fn_does && saves_values(fn, inputs);
    for (size_t i = 0; i < results.size(); ++i) {
        results[i].requires_grad = true;
        results[i].edge = {node, i};
    }
}

void set_requires_grad(Tensor& x, bool requires_grad) {
    if (!requires_grad && x.computed()) fail(Code::argument, "handle is computed, and its graph cannot be taken back");
    if (requires_grad && !rules::floating(x.meta.dtype))
        fail(Code::dtype, "handle is {}, which has no gradient", rules::name(x.meta.dtype));
    if (x.computed()) return;
    if (requires_grad && !x.edge.node) {
        auto node = std::make_shared<Node>();
        node->order = next_order();
        node->leaf = std::make_unique<Leaf>();
        node->leaf->grad.meta = gradient_of(x.meta);
        x.edge.node = std::move(node);
    }
    x.requires_grad = requires_grad;
    if (x.edge.node) x.edge.node->leaf->requires_grad = requires_grad;
}

const Tensor* grad(const Tensor& x) {
    const Leaf* leaf = x.edge.node ? x.edge.node->leaf.get() : nullptr;
    return leaf && leaf->has_grad ? &leaf->grad : nullptr;
}

// Steps are undone from the latest to the first, so that a step's gradients are complete when its turn comes. Leaves
// take theirs at the end: a fault on the way changes nothing.
void backward(const Tensor& x) {
    if (!x.requires_grad) fail(Code::argument, "handle requires no grad, so there is nothing to differentiate");
    if (x.meta.numel() != 1) fail(Code::shape, "handle has {} elements, but backward starts from one", x.meta.numel());
    Turns turns;
    arrive(turns, x.edge, Elements::ones(x.meta));
    std::vector<Turn> steps, leaves;
    while (!turns.empty()) {
        Turn turn = std::move(turns.begin()->second);
        turns.erase(turns.begin());
        if (!turn.node->leaf) undo(turn, turns);
        (turn.node->leaf ? leaves : steps).push_back(std::move(turn));
    }
    for (const Turn& turn : steps) turn.node->used = true;
    for (Turn& turn : leaves) accumulate(*turn.node->leaf, std::move(*turn.grads[0]));
}

}  // namespace simple::ruled

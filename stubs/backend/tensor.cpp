#include "stubs/backend/tensor.h"

#include <algorithm>
#include <string>
#include <unordered_set>
#include <utility>

#include "impl/errors/error.h"
#include "impl/errors/fast_tls.h"
#include "impl/rules/take_apart.h"

namespace simple::stub {
namespace {

SIMPLE_FAST_TLS thread_local int64_t t_no_grad_depth = 0;

template <typename Inputs>
Tensor computed_from(Meta meta, const Inputs& inputs, bool saves) {
    Tensor result(std::move(meta));
    if (t_no_grad_depth > 0 || !rules::floating(result.meta.dtype)) return result;
    for (const Tensor* input : inputs) {
        if (!input || !input->requires_grad) continue;
        if (!result.node) result.node = std::make_shared<Node>();
        result.node->inputs.push_back(input->node);
    }
    if (result.node) {
        result.node->saves = saves;
        result.requires_grad = result.computed = true;
    }
    return result;
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

// Every node that a backward from root passes.
std::vector<Node*> reach(Node* root) {
    std::vector<Node*> open{root}, all;
    std::unordered_set<Node*> seen;
    while (!open.empty()) {
        Node* node = open.back();
        open.pop_back();
        if (!seen.insert(node).second) continue;
        all.push_back(node);
        for (const auto& input : node->inputs) open.push_back(input.get());
    }
    return all;
}

}  // namespace

Node::~Node() {
    rules::take_apart(*this, [](std::shared_ptr<Node>& input) -> std::shared_ptr<Node>& { return input; });
}

Tensor computed(Meta meta, std::initializer_list<const Tensor*> inputs, bool saves) {
    return computed_from(std::move(meta), inputs, saves);
}

Tensor computed(Meta meta, const std::vector<const Tensor*>& inputs, bool saves) {
    return computed_from(std::move(meta), inputs, saves);
}

void set_requires_grad(Tensor& x, bool requires_grad) {
    if (!requires_grad && x.computed) fail(Code::argument, "handle is computed, and its graph cannot be taken back");
    if (requires_grad && !rules::floating(x.meta.dtype))
        fail(Code::dtype, "handle is {}, which has no gradient", rules::name(x.meta.dtype));
    if (x.computed) return;
    if (requires_grad && !x.node) {
        auto node = std::make_shared<Node>();
        node->grad = gradient_of(x.meta);
        x.node = std::move(node);
    }
    x.requires_grad = requires_grad;
    if (x.node) x.node->requires_grad = requires_grad;
}

void backward(const Tensor& x) {
    if (!x.requires_grad) fail(Code::argument, "handle requires no grad, so there is nothing to differentiate");
    if (x.meta.numel() != 1) fail(Code::shape, "handle has {} elements, but backward starts from one", x.meta.numel());
    const std::vector<Node*> nodes = reach(x.node.get());
    for (const Node* node : nodes)
        if (node->used && node->saves) fail(Code::argument, "backward has gone over this graph before");
    for (Node* node : nodes) {
        node->used = true;
        node->has_grad |= node->requires_grad;
    }
}

void enter_no_grad() { ++t_no_grad_depth; }

void leave_no_grad() {
    if (t_no_grad_depth == 0) fail(Code::no_grad, "this thread is in no no_grad_begin");
    --t_no_grad_depth;
}

}  // namespace simple::stub

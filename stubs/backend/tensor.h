// A tensor of the stub: all of it but its elements, and as much of the graph as shows where gradients would arrive.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include "impl/rules/rules.h"

namespace simple::stub {

using rules::Meta;

// A step of the graph, or a leaf.
struct Node {
    std::vector<std::shared_ptr<Node>> inputs;  // those that take a gradient
    bool saves = false;                         // whether the gradient needs values that one backward uses up (G3)
    bool used = false;
    // Of a leaf:
    bool requires_grad = false;  // as its tensor has it now; once false, no gradient arrives
    bool has_grad = false;
    Meta grad;
    std::shared_ptr<Node> next;  // while a graph is taken apart

    ~Node();
};

struct Tensor {
    Meta meta;
    bool requires_grad = false;
    bool computed = false;       // a result of the graph, not a leaf
    std::shared_ptr<Node> node;  // null until gradients are asked for

    Tensor() = default;
    explicit Tensor(Meta m) : meta(std::move(m)) {}
};

// A tensor computed from the inputs that gradients flow to; null ones are passed over. saves: see Node.
Tensor computed(Meta meta, std::initializer_list<const Tensor*> inputs, bool saves = true);
Tensor computed(Meta meta, const std::vector<const Tensor*>& inputs, bool saves);

void set_requires_grad(Tensor& x, bool requires_grad);
void backward(const Tensor& x);

// The calling thread's no_grad nesting.
void enter_no_grad();
void leave_no_grad();

}  // namespace simple::stub

// Tensors with storage and graph, and the two ways to make one from others: by computing and by viewing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "golden/reference/call.h"
#include "golden/reference/values.h"
#include "impl/rules/rules.h"

namespace simple::reference {

using rules::Meta;

struct Node;

// Where a tensor's gradient goes: a result of the node that computed it, or a leaf's node.
struct Edge {
    std::shared_ptr<Node> node;
    size_t result = 0;
};

// A step of the graph. A leaf has no gradient function: what arrives there is accumulated in grad.
struct Node {
    using Gradient = std::function<std::vector<std::optional<Values>>(const std::vector<const Values*>&)>;

    uint64_t order = 0;  // later steps have higher ones
    size_t results = 1;
    std::vector<Edge> inputs;  // without a node where no gradient is wanted
    Gradient gradient;
    bool saves = false;  // whether the gradient needs values that one backward uses up
    bool used = false;
    std::shared_ptr<Values> grad;
    std::shared_ptr<Node> next;  // while a graph is taken apart

    ~Node();
};

struct Tensor {
    Meta meta;
    std::shared_ptr<Values> storage;
    bool requires_grad = false;
    Edge edge;

    bool computed() const { return edge.node && edge.node->gradient; }
};

Values values(const Tensor& x);   // the elements, dense
Values& stored(const Tensor& x);  // the elements of its storage
Tensor fresh(Values x);           // a new row-major tensor
// A tensor of zeros whose memory is taken when it is first read or written: tensors of a gigabyte are made to be
// refused.
Tensor reserved(DType dtype, const Sizes& sizes);

// Results of fn on tensors, null where an optional one is absent, and its other arguments; metas are what the rule
// gave.
struct Parameters {
    std::vector<int64_t> integers;
    std::vector<double> numbers;
    std::vector<Sizes> lists;
};
using Arguments = std::vector<const Tensor*>;
std::vector<Tensor> compute(Fn fn, const Arguments& tensors, const Parameters& parameters,
                            const std::vector<Meta>& metas, std::vector<Values>* moved_statistics = nullptr);
double compute_number(Fn fn, const Arguments& tensors);

// A tensor on x's storage.
Tensor view(const Tensor& x, const Meta& meta);
// A row-major copy of x's elements under the sizes and dtype of meta.
Tensor copy(const Tensor& x, const Meta& meta);
Tensor detached(const Tensor& x);

void set_requires_grad(Tensor& x, bool requires_grad);
std::shared_ptr<Values> grad(const Tensor& x);  // null when there is none
void backward(const Tensor& x);

// The calling thread's nesting of no_grad; leave_no_grad is a fault of code 9 where none is open.
void enter_no_grad();
void leave_no_grad();

}  // namespace simple::reference

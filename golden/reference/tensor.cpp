#include "golden/reference/tensor.h"

#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "golden/reference/elementwise.h"
#include "impl/errors/error.h"
#include "impl/errors/fast_tls.h"
#include "impl/rules/take_apart.h"

namespace simple::reference {
namespace {

SIMPLE_FAST_TLS thread_local int64_t t_no_grad_depth = 0;

uint64_t next_order() {
    static std::atomic<uint64_t> count{0};
    return ++count;
}

DType dtype_of(const Meta& meta) { return static_cast<DType>(meta.dtype); }

bool records(const Tensor& x) { return t_no_grad_depth == 0 && x.requires_grad; }

// What a second backward over a graph finds gone; sums and moves of elements save nothing.
bool saves_values(Fn fn) {
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
        default: return true;
    }
}

// A gradient in the dtype of the tensor that it belongs to.
Values in_dtype(Values grad, DType dtype) {
    grad.dtype = dtype;
    return rounded(std::move(grad));
}

std::shared_ptr<Node> make_node(std::vector<Edge> inputs, size_t results, Node::Gradient gradient) {
    auto node = std::make_shared<Node>();
    node->order = next_order();
    node->inputs = std::move(inputs);
    node->results = results;
    node->gradient = std::move(gradient);
    return node;
}

void record(const Call& call, const Arguments& tensors, std::vector<Tensor>& results) {
    std::vector<Edge> inputs(tensors.size());
    std::vector<DType> dtypes(tensors.size());
    bool any = false;
    for (size_t k = 0; k < tensors.size(); ++k) {
        if (!tensors[k]) continue;
        dtypes[k] = dtype_of(tensors[k]->meta);
        if (!records(*tensors[k]) || !passes_gradient(call, k)) continue;
        inputs[k] = tensors[k]->edge;
        any = true;
    }
    if (!any || !rules::floating(results[0].meta.dtype)) return;
    auto node = make_node(std::move(inputs), results.size(), [call, dtypes](const std::vector<const Values*>& grads) {
        std::vector<std::optional<Values>> gradients = differentiate(call, grads);
        for (size_t k = 0; k < gradients.size(); ++k)
            if (gradients[k]) gradients[k] = in_dtype(std::move(*gradients[k]), dtypes[k]);
        return gradients;
    });
    node->saves = saves_values(call.fn);
    for (size_t i = 0; i < results.size(); ++i) {
        results[i].requires_grad = true;
        results[i].edge = {node, i};
    }
}

// A node whose gradient is made from that of its one result.
void record_one(const Tensor& x, Tensor& result, std::function<Values(const Values&)> gradient) {
    if (!records(x) || !rules::floating(result.meta.dtype)) return;
    result.requires_grad = true;
    const DType dtype = dtype_of(x.meta);
    result.edge = {make_node({x.edge}, 1,
                             [gradient = std::move(gradient), dtype](const std::vector<const Values*>& grads) {
                                 return std::vector<std::optional<Values>>{in_dtype(gradient(*grads[0]), dtype)};
                             }),
                   0};
}

void check_not_used(const Edge& root) {
    std::vector<Node*> open{root.node.get()};
    std::set<Node*> seen;
    while (!open.empty()) {
        Node* node = open.back();
        open.pop_back();
        if (!node || !seen.insert(node).second) continue;
        if (node->used && node->saves)
            fail(Code::argument, "backward has gone over this graph before; compute handle again");
        for (const Edge& edge : node->inputs) open.push_back(edge.node.get());
    }
}

}  // namespace

Node::~Node() {
    rules::take_apart(*this, [](Edge& input) -> std::shared_ptr<Node>& { return input.node; });
}

Values values(const Tensor& x) {
    return read(stored(x), x.meta.sizes.vector(), x.meta.strides.vector(), x.meta.offset);
}

Values& stored(const Tensor& x) {
    static std::mutex reserving;
    const std::lock_guard lock(reserving);
    Values& storage = *x.storage;
    if (storage.reals.empty() && storage.wholes.empty()) storage = zeros(storage.dtype, storage.sizes);
    return storage;
}

Tensor reserved(DType dtype, const Sizes& sizes) {
    Values unfilled;
    unfilled.dtype = dtype;
    unfilled.sizes = sizes;
    return fresh(std::move(unfilled));
}

Tensor fresh(Values x) {
    Tensor tensor;
    tensor.meta.sizes = x.sizes;
    tensor.meta.strides = rules::row_major(x.sizes);
    tensor.meta.dtype = static_cast<rules::DType>(x.dtype);
    tensor.storage = std::make_shared<Values>(std::move(x));
    return tensor;
}

std::vector<Tensor> compute(Fn fn, const Arguments& tensors, const Parameters& parameters,
                            const std::vector<Meta>& metas, std::vector<Values>* moved_statistics) {
    Call call;
    call.fn = fn;
    call.integers = parameters.integers;
    call.numbers = parameters.numbers;
    call.lists = parameters.lists;
    for (const Tensor* tensor : tensors)
        call.tensors.push_back(tensor ? std::optional<Values>(values(*tensor)) : std::nullopt);
    std::vector<Values> computed = evaluate(call);
    std::vector<Tensor> results;
    for (size_t i = 0; i < metas.size(); ++i) {
        if (computed[i].sizes != metas[i].sizes.vector() || computed[i].dtype != dtype_of(metas[i]))
            fail(Code::other, "the rule expects a result of shape {}, not {}", metas[i].sizes,
                 rules::Dims(computed[i].sizes));
        results.push_back(fresh(std::move(computed[i])));
    }
    if (moved_statistics)
        moved_statistics->assign(computed.begin() + static_cast<std::ptrdiff_t>(metas.size()), computed.end());
    record(call, tensors, results);
    return results;
}

double compute_number(Fn fn, const Arguments& tensors) {
    Call call;
    call.fn = fn;
    for (const Tensor* tensor : tensors) call.tensors.push_back(values(*tensor));
    return evaluate_number(call);
}

// A gradient goes back through the storage: written where the view's elements lie, read where x's do.
Tensor view(const Tensor& x, const Meta& meta) {
    Tensor result;
    result.meta = meta;
    result.storage = x.storage;
    record_one(x, result, [from = x.meta, to = meta, numel = x.storage->numel()](const Values& grad) {
        Values whole = zeros(DType::f64, {numel});
        write(whole, to.sizes.vector(), to.strides.vector(), to.offset, grad);
        return read(whole, from.sizes.vector(), from.strides.vector(), from.offset);
    });
    return result;
}

Tensor copy(const Tensor& x, const Meta& meta) {
    Tensor result = fresh(reshaped(converted(values(x), dtype_of(meta)), meta.sizes.vector()));
    record_one(x, result, [sizes = x.meta.sizes.vector()](const Values& grad) { return reshaped(grad, sizes); });
    return result;
}

Tensor detached(const Tensor& x) {
    Tensor result;
    result.meta = x.meta;
    result.storage = x.storage;
    return result;
}

void set_requires_grad(Tensor& x, bool requires_grad) {
    if (requires_grad && !rules::floating(x.meta.dtype)) fail(Code::dtype, "handle is int64, but must be floating");
    if (x.computed()) {
        if (!requires_grad) fail(Code::argument, "handle is a computed tensor, which goes on requiring grad");
        return;
    }
    if (requires_grad && !x.edge.node) x.edge = {make_node({}, 1, nullptr), 0};
    x.requires_grad = requires_grad;
}

std::shared_ptr<Values> grad(const Tensor& x) { return x.edge.node && !x.computed() ? x.edge.node->grad : nullptr; }

// Steps are undone from the latest to the first, so that a step's gradients are complete when its turn comes. Leaves
// take theirs at the end: a fault on the way changes nothing.
void backward(const Tensor& x) {
    if (!x.requires_grad) fail(Code::argument, "handle does not require grad");
    if (x.meta.numel() != 1) fail(Code::shape, "handle has shape {}, but must have one element", x.meta.sizes);
    check_not_used(x.edge);

    struct Turn {
        std::shared_ptr<Node> node;
        std::vector<std::optional<Values>> grads;
    };
    std::map<uint64_t, Turn, std::greater<>> open;
    const auto arrive = [&](const Edge& edge, Values grad) {
        Turn& turn = open[edge.node->order];
        turn.node = edge.node;
        turn.grads.resize(edge.node->results);
        std::optional<Values>& sum = turn.grads[edge.result];
        sum = sum ? rounded(binary(Fn::add, *sum, grad)) : std::move(grad);
    };
    arrive(x.edge, filled(dtype_of(x.meta), x.meta.sizes.vector(), 1));
    std::vector<Turn> leaves, done;
    while (!open.empty()) {
        Turn turn = std::move(open.begin()->second);
        open.erase(open.begin());
        if (!turn.node->gradient) {
            leaves.push_back(std::move(turn));
            continue;
        }
        std::vector<const Values*> grads;
        for (const auto& grad : turn.grads) grads.push_back(grad ? &*grad : nullptr);
        std::vector<std::optional<Values>> gradients = turn.node->gradient(grads);
        for (size_t k = 0; k < turn.node->inputs.size(); ++k)
            if (turn.node->inputs[k].node && gradients[k]) arrive(turn.node->inputs[k], std::move(*gradients[k]));
        done.push_back(std::move(turn));
    }
    for (const Turn& turn : done) turn.node->used = true;
    for (Turn& turn : leaves) {
        std::shared_ptr<Values>& grad = turn.node->grad;
        if (grad)
            *grad = rounded(binary(Fn::add, *grad, *turn.grads[0]));
        else
            grad = std::make_shared<Values>(std::move(*turn.grads[0]));
    }
}

void enter_no_grad() { ++t_no_grad_depth; }

void leave_no_grad() {
    if (t_no_grad_depth == 0) fail(Code::no_grad, "there is no open no_grad_begin on this thread");
    --t_no_grad_depth;
}

}  // namespace simple::reference

// Random expression graphs, some of whose nodes are then made by an equivalent expression: codes, values and gradients
// stay, and so do shapes, dtypes and flags. A graph is drawn as one number a node, so that leaving nodes out leaves a
// graph; it is evaluated while it is drawn, since what a node may take depends on what there is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include "property/cases.h"
#include "property/gradients/weighed.h"
#include "property/relations/error_bound.h"
#include "property/relations/relate.h"
#include "property/relations/rewriting.h"
#include "property/relations/short_text.h"
#include "property/table/tolerance.h"

namespace simple::property {

namespace {

constexpr size_t kFewest = 20, kMost = 32;
constexpr size_t kPoolSize = 8;
constexpr int64_t kMostElements = 120;
constexpr int64_t kClasses = 8;  // a node is of one of them; those of drawn classes are rewritten

// Of all graphs of a case: one whose nodes fail, or are never rewritten, shows nothing.
struct Shown {
    size_t nodes = 0, succeeded = 0, rewritten = 0;
};

class Graph {
  public:
    Graph(Trial& t, bool gradients) : t_(t), gradients_(gradients), first_(t.backend), second_(t.backend) {}

    void draw(const std::vector<int64_t>& seeds) {
        static const DType kFloat64 = DType::f64;
        const std::vector<Fn> fns = node_functions(gradients_);
        Random random(0);
        Drawer drawer(random, Reach::ranks);
        drawer.most_dims = kMostDimsToRelate;
        if (gradients_) drawer.only = &kFloat64;
        for (int64_t seed : seeds) {
            random = Random(static_cast<uint64_t>(seed));
            const Fn fn = fns[static_cast<size_t>(seed / kClasses) % fns.size()];
            add(drawer, draw_valid(fn, drawer), seed);
        }
        program_ = std::move(drawer.program);
    }

    void rewrite(const std::vector<int64_t>& classes) {
        for (size_t at = 0, node = 0; at < program_.size(); at++) {
            const bool is_node = node < nodes_.size() && nodes_[node].at == at;
            Node* one = is_node ? &nodes_[node] : nullptr;
            node += is_node;
            const bool chosen = one && one->relation && one->outcome.ok() &&
                                std::find(classes.begin(), classes.end(), one->seed % kClasses) != classes.end();
            if (chosen && by_other_side(*one)) continue;
            const Outcome outcome = second_.run(program_[at]);
            name_results(at);
            if (one) same_code(*one, outcome);
            if (one) same_number(*one, outcome.number);
        }
        for (const Node& one : nodes_) same_tensor(one);
    }

    void same_gradients() {
        const bool any[] = {backward(first_), backward(second_)};
        claim(nullptr, any[0] == any[1], "only one of both graphs has a gradient");
        if (!any[0]) return;
        for (size_t leaf : leaves_) {
            const Value a(t_.backend, t_.backend.grad(first_.handles(leaf)[0])),
                b(t_.backend, t_.backend.grad(second_.handles(leaf)[0]));
            const std::string of = "the gradient of n" + std::to_string(leaf);
            claim(nullptr, (a.get() > 0) == (b.get() > 0), of + " is there on one side only");
            if (a.get() <= 0 || !t_.real) continue;
            const std::vector<double> xs = t_.data(a), ys = t_.data(b);
            double most = 0;
            for (double x : xs)
                if (std::isfinite(x)) most = std::max(most, std::abs(x));
            for (size_t i = 0; i < xs.size(); i++)
                claim(nullptr, is_near(xs[i], ys[i], {0, 1e-6 * (1 + most)}),
                      of + " differs in element " + std::to_string(i) + ": " + both(xs[i], ys[i]));
        }
    }

    void count(Shown& shown) const {
        shown.nodes += nodes_.size();
        for (const Node& node : nodes_) {
            shown.succeeded += node.outcome.ok();
            shown.rewritten += node.rewritten;
        }
    }

  private:
    struct Node {
        size_t at;  // in the program
        int64_t seed;
        Outcome outcome;
        const Relation* relation;
        RelatedCall drawn;
        double error = 0;
        bool rewritten = false;
    };

    static std::string both(double a, double b) {
        std::ostringstream text;
        text.precision(17);
        text << "first " << a << ", rewritten " << b;
        return text.str();
    }

    // Appends a node, and runs what is new.
    void add(Drawer& drawer, Step step, int64_t seed) {
        const Function& row = function(step.fn);
        RelatedCall drawn;
        for (const Ref& ref : step.refs) drawn.known.emplace_back(drawer.known(ref));
        run_new(drawer);
        if (gradients_)
            for (size_t k = 0; k < step.refs.size(); k++) {
                const Ref& ref = step.refs[k];
                const bool is_leaf =
                    std::none_of(nodes_.begin(), nodes_.end(), [&](const Node& n) { return n.at == ref.step; });
                if (!is_leaf || row.params[ref.argument].role != Role::value) continue;
                if (t_.backend.requires_grad(first_.handles(ref.step)[0])) continue;
                leaves_.push_back(ref.step);
                drawer.append(simple::step(Fn::set_requires_grad, {*drawn.known[k], true}));
                run_new(drawer);
            }
        drawer.program.push_back(step);
        const size_t at = drawer.program.size() - 1;
        const Outcome outcome = first_.run(step);
        magnitudes_.emplace_back();
        drawn.call.step = std::move(step);
        nodes_.push_back(
            {at, seed, outcome, relation_for(row.id, static_cast<uint64_t>(seed) >> 20), std::move(drawn)});
        measure(nodes_.back());
        if (first_.handles(at).size() != 1) return;
        const int64_t handle = first_.handles(at)[0];
        const Operand operand{at, 0, dtype(t_.backend, handle), shape(t_.backend, handle)};
        if (simple::count(operand.dims) > kMostElements ||
            static_cast<int64_t>(operand.dims.size()) > kMostDimsToRelate)
            return;
        drawer.pool.push_back(operand);
        if (drawer.pool.size() > kPoolSize) drawer.pool.erase(drawer.pool.begin());
    }

    void run_new(Drawer& drawer) {
        for (size_t at = first_.steps(); at < drawer.program.size(); at++) {
            first_.run(drawer.program[at]);
            magnitudes_.emplace_back();
            if (first_.handles(at).size() == 1) magnitudes_.back() = magnitude(first_.handles(at)[0]);
        }
    }

    Magnitude magnitude(int64_t handle) const {
        Magnitude found;
        const std::vector<double> all = values(t_.backend, handle);
        found.count = static_cast<double>(all.size());
        for (double value : all) found.most = std::isfinite(value) ? std::max(found.most, std::abs(value)) : HUGE_VAL;
        return found;
    }

    void measure(Node& node) {
        Magnitude& out = magnitudes_[node.at];
        if (first_.handles(node.at).size() == 1)
            out = magnitude(first_.handles(node.at)[0]);
        else
            out.most = std::isfinite(node.outcome.number) ? std::abs(node.outcome.number) : HUGE_VAL;
        std::vector<Magnitude> in;
        for (const Ref& ref : node.drawn.call.step.refs) in.push_back(magnitudes_[ref.step]);
        const bool whole = std::all_of(node.drawn.known.begin(), node.drawn.known.end(),
                                       [](const auto& operand) { return operand->dtype == DType::i64; });
        const bool to_whole =
            !first_.handles(node.at).empty() && dtype(t_.backend, first_.handles(node.at)[0]) == DType::i64;
        out.error = error_bound(node.drawn.call.step.fn, in, out,
                                whole && to_whole ? DType::i64
                                : whole           ? DType::f32
                                                  : coarsest(node.drawn));
        const bool from_exact = std::all_of(in.begin(), in.end(), [](const Magnitude& x) { return x.error == 0; });
        if (to_whole) out.error = from_exact ? 0 : HUGE_VAL;
    }

    bool by_other_side(Node& node) {
        const Arguments arguments(node.drawn, second_.arguments(node.drawn.call.step));
        if (!beyond(*node.relation, arguments).empty()) return false;
        try {
            const Result result = node.relation->right(t_, arguments);
            node.rewritten = true;
            std::vector<int64_t> handles;
            for (const Value& tensor : result.tensors) handles.push_back(tensor.get());
            // The runner frees what it is given: handles of its own.
            for (int64_t& handle : handles) handle = t_.backend.transpose(handle, 0, 0);
            second_.give(std::move(handles));
            name_results(node.at);
            if (result.number) same_number(node, *result.number);
        } catch (const Unrelated&) {
            return false;
        } catch (const Failed& failed) {
            node.rewritten = true;
            claim(&node, false, std::string("the other side failed: ") + failed.what());
        }
        return true;
    }

    void name_results(size_t at) {
        for (int64_t handle : second_.handles(at)) t_.name(handle, "n" + std::to_string(at));
    }

    void same_code(const Node& node, const Outcome& outcome) {
        claim(&node, node.outcome.code == outcome.code,
              "code " + std::to_string(node.outcome.code) + ", in the rewritten graph " + std::to_string(outcome.code));
    }

    void same_number(const Node& node, double number) {
        if (function(node.drawn.call.step.fn).result != Type::f64 || !t_.real) return;
        const double error = magnitudes_[node.at].error;
        claim(&node, std::isinf(error) || std::abs(node.outcome.number - number) <= error,
              both(node.outcome.number, number));
    }

    void same_tensor(const Node& node) {
        const auto &xs = first_.handles(node.at), &ys = second_.handles(node.at);
        claim(&node, xs.size() == ys.size(), "a tensor on one side only");
        if (xs.empty()) return;
        const Backend& backend = t_.backend;
        claim(&node, shape(backend, xs[0]) == shape(backend, ys[0]), "other dims");
        claim(&node, !backend.dtype || dtype(backend, xs[0]) == dtype(backend, ys[0]), "another dtype");
        claim(&node, backend.requires_grad(xs[0]) == backend.requires_grad(ys[0]), "another requires_grad");
        const double error = magnitudes_[node.at].error;
        if (!t_.real || std::isinf(error)) return;
        const std::vector<double> a = values(backend, xs[0]), b = values(backend, ys[0]);
        for (size_t i = 0; i < a.size(); i++)
            claim(&node, std::abs(a[i] - b[i]) <= error, "element " + std::to_string(i) + ": " + both(a[i], b[i]));
    }

    // Of the sum of what no node uses; false where none of that has a gradient.
    bool backward(Runner& runner) {
        Value total;
        for (const Node& node : nodes_) {
            const auto& handles = runner.handles(node.at);
            if (handles.size() != 1 || !t_.backend.requires_grad(handles[0]) || magnitudes_[node.at].most > 1e6)
                continue;
            const bool used = std::any_of(nodes_.begin(), nodes_.end(), [&](const Node& other) {
                const auto& refs = other.drawn.call.step.refs;
                return std::any_of(refs.begin(), refs.end(), [&](const Ref& ref) { return ref.step == node.at; });
            });
            if (used) continue;
            const Value result(t_.backend, t_.backend.transpose(handles[0], 0, 0));
            const Value part = weighed(t_, result);
            total = total.get() ? t_(Fn::add, total, part) : part;
        }
        if (total.get()) t_.run(Fn::backward, {to_arg(total)});
        return total.get() != 0;
    }

    void claim(const Node* node, bool holds, const std::string& what) {
        if (!holds) throw Broken((node ? "n" + std::to_string(node->at) + ": " : "") + what + "\n" + text());
    }

    std::string text() const {
        std::map<size_t, std::string> notes;
        for (const Node& node : nodes_) {
            if (!node.outcome.ok()) notes[node.at] = "fails with code " + std::to_string(node.outcome.code);
            if (node.rewritten)
                notes[node.at] =
                    "rewritten: " + std::string(node.relation->name) + " (" + functions_of(*node.relation) + ")";
        }
        return short_text(program_, notes);
    }

    Trial& t_;
    const bool gradients_;
    Runner first_, second_;
    Program program_;
    std::vector<Node> nodes_;
    std::vector<Magnitude> magnitudes_;  // of each step's tensor
    std::vector<size_t> leaves_;
};

void rewritten_graph_agrees(Trial& t, bool gradients, Shown& shown) {
    if (!t.backend.dtype) throw MissingFunction("only control tells a dtype");
    Graph graph(t, gradients);
    graph.draw(t.list("nodes", kMost, 0, INT64_MAX / 2, kFewest));
    graph.rewrite(t.list("rewritten", 4, 0, kClasses - 1));
    if (gradients) graph.same_gradients();
    graph.count(shown);
}

void graphs_agree(const std::string& id, const Backend& backend, const SuiteOptions& options, int examples,
                  bool gradients) {
    Shown shown;
    hold(id, backend, options, examples, [&](Trial& t) { rewritten_graph_agrees(t, gradients, shown); });
    testing::Test::RecordProperty("nodes", static_cast<int>(shown.nodes));
    testing::Test::RecordProperty("rewritten", static_cast<int>(shown.rewritten));
    if (testing::Test::HasFailure()) return;
    EXPECT_GE(10 * shown.succeeded, 7 * shown.nodes) << shown.succeeded << " of " << shown.nodes << " nodes succeed";
    EXPECT_GE(10 * shown.rewritten, shown.nodes) << shown.rewritten << " of " << shown.nodes << " nodes are rewritten";
}

}  // namespace

Cases graph_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (const bool gradients : {false, true}) {
        const std::string id = gradients ? "graph/gradients" : "graph/values";
        const int examples = std::max(1, options.examples / 2);
        cases.push_back({id, "", {"V4", "E3", "G4"}, false, [=, &backend] {
                             graphs_agree(id, backend, options, examples, gradients);
                         }});
    }
    return cases;
}

}  // namespace simple::property

// The life of gradients (their values are recorded: generator/gradients.py), grad mode, requires_grad of aliases.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <thread>

#include "ci/testkit/call.h"
#include "ci/testkit/client.h"
#include "golden/suite/special.h"

namespace simple::golden {
namespace {

using Numbers = std::vector<double>;

Tensor leaf(const Backend& b, const Numbers& values, const std::vector<int64_t>& dims) {
    Tensor x = make(b, DType::f64, values, dims);
    b.set_requires_grad(x.get(), true);
    return x;
}

// The 0-d sum of all elements: what backward starts from.
Tensor total(const Backend& b, const Tensor& x) {
    const Tensor flat(b, b.flatten(x.get()));
    return Tensor(b, b.sum_dim(flat.get(), 0, false));
}

void expect_grad(const Backend& b, const Tensor& x, const Numbers& expected) {
    const Tensor grad(b, b.grad(x.get()));
    ASSERT_TRUE(grad) << "no gradient";
    const Numbers got = values(b, grad.get());
    ASSERT_EQ(got.size(), expected.size());
    for (size_t i = 0; i < got.size(); ++i)
        EXPECT_NEAR(got[i], expected[i], 1e-12 * (1 + std::fabs(expected[i]))) << "gradient at " << i;
}

// sum(a * b) and its like: both operands get a gradient, summed over what broadcasting repeated.
void check_products(const Backend& b) {
    const Tensor x = leaf(b, {1, 2, 3, 4, 5, 6}, {2, 3}), w = leaf(b, {2, 3, 5}, {3});
    const Tensor y(b, b.mul(x.get(), w.get()));
    const Tensor sum = total(b, y);
    b.backward(sum.get());
    expect_grad(b, x, {2, 3, 5, 2, 3, 5});
    expect_grad(b, w, {5, 7, 9});
}

void check_matmul(const Backend& b) {
    const Tensor x = leaf(b, {1, 2, 3, 4}, {2, 2}), w = leaf(b, {5, 6, 7, 8}, {2, 2});
    const Tensor y(b, b.matmul(x.get(), w.get()));
    const Tensor sum = total(b, y);
    b.backward(sum.get());
    expect_grad(b, x, {11, 15, 11, 15});
    expect_grad(b, w, {4, 4, 6, 6});
}

void check_accumulation(const Backend& b) {
    const Tensor x = leaf(b, {1, 2}, {2});
    EXPECT_EQ(b.grad(x.get()), 0) << "a gradient before backward";
    EXPECT_EQ(error_code(b), 0);
    for (int round = 1; round <= 2; ++round) {
        const Tensor y(b, b.mul_scalar(x.get(), 3));
        const Tensor sum = total(b, y);
        b.backward(sum.get());
        expect_grad(b, x, {3.0 * round, 3.0 * round});
        EXPECT_EQ(b.grad(y.get()), 0) << "grad of a computed tensor is none (G2)";
        EXPECT_EQ(error_code(b), 0);
    }
    const Tensor grad(b, b.grad(x.get()));
    b.zero_grad(x.get());
    EXPECT_EQ(values(b, grad.get()), (Numbers{0, 0})) << "zero_grad is in place: an earlier handle sees it";
    expect_grad(b, x, {0, 0});
}

void check_nesting(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    const Tensor x = leaf(b, {1}, {1});
    const auto recorded = [&] {
        const Tensor y(b, b.neg(x.get()));
        return b.requires_grad(y.get());
    };
    EXPECT_TRUE(recorded());
    b.no_grad_begin();
    EXPECT_FALSE(recorded());
    b.no_grad_begin();
    b.no_grad_end();
    EXPECT_FALSE(recorded()) << "the inner end ended both";
    bool in_thread = false;
    std::thread([&] { in_thread = recorded(); }).join();
    EXPECT_TRUE(in_thread) << "a new thread starts with gradients on";
    b.no_grad_end();
    EXPECT_EQ(error_code(b), 0);
    EXPECT_TRUE(recorded());
    b.no_grad_end();
    EXPECT_EQ(error_code(b), 9);
    EXPECT_TRUE(recorded()) << "an unbalanced end changed the mode";
}

void check_unbalanced(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    const auto fails = [&] {
        b.no_grad_end();
        return error_code(b) == 9;
    };
    EXPECT_TRUE(fails() && fails()) << "the second end without a begin, as the first";
    b.no_grad_begin();
    b.no_grad_end();
    EXPECT_EQ(error_code(b), 0);
    EXPECT_TRUE(fails()) << "after a pair";
}

void check_unbalanced_in_thread(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    b.no_grad_begin();
    int32_t code = 0;
    std::thread([&] {
        b.no_grad_end();
        code = error_code(b);
    }).join();
    EXPECT_EQ(code, 9) << "another thread's begin is not this one's";
    b.no_grad_end();
    EXPECT_EQ(error_code(b), 0);
}

void check_detach(const Backend& b) {
    const Tensor x = leaf(b, {1, 2}, {2});
    const Tensor cut(b, b.detach(x.get()));
    EXPECT_FALSE(b.requires_grad(cut.get()));
    const Tensor kept(b, b.clone(x.get()));
    EXPECT_TRUE(b.requires_grad(kept.get()));
    EXPECT_TRUE(b.requires_grad(x.get()));
}

void check_aliases(const Backend& b) {
    const Tensor base = make(b, DType::f64, {1, 2, 3, 4}, {2, 2});
    const Tensor before(b, b.t(base.get())), same(b, b.contiguous(base.get()));
    b.set_requires_grad(base.get(), true);
    EXPECT_FALSE(b.requires_grad(before.get())) << "a view made before";
    EXPECT_FALSE(b.requires_grad(same.get())) << "an alias (D19)";
    b.no_grad_begin();
    const Tensor under(b, b.t(base.get()));
    b.no_grad_end();
    EXPECT_FALSE(b.requires_grad(under.get())) << "a view made under no_grad";
    b.set_requires_grad(before.get(), true);
    b.set_requires_grad(base.get(), false);
    EXPECT_TRUE(b.requires_grad(before.get()));
}

void check_false_on_computed(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    const Tensor x = leaf(b, {1}, {1});
    const Tensor y(b, b.neg(x.get()));
    b.set_requires_grad(y.get(), false);
    EXPECT_EQ(error_code(b), 2) << error_message(b);
    EXPECT_TRUE(b.requires_grad(y.get()));
}

void check_complex_eigenvectors(const Backend& b) {
    const Tensor x = leaf(b, {0, -1, 1, 0}, {2, 2});
    const Outcome all = call(b, Fn::eig_all, {x.get()});
    ASSERT_EQ(all.items.size(), 4u) << all.message;
    std::vector<Tensor> parts;
    for (const auto& item : all.items) parts.emplace_back(b, item.as_int);
    const Tensor sum = total(b, parts[2]);
    b.backward(sum.get());
    EXPECT_EQ(error_code(b), 6) << error_message(b);
}

void check_used_graph(const Backend& b) {
    if (!b.last_error_code) return skip("control");
    const Tensor x = leaf(b, {2}, {1});
    const Tensor y(b, b.mul(x.get(), x.get()));
    b.backward(y.get());
    ASSERT_EQ(error_code(b), 0) << error_message(b);
    b.backward(y.get());
    EXPECT_EQ(error_code(b), 2) << "mul notices a used graph on all backends (G3)";
}

}  // namespace

std::vector<Case> autograd_cases(const Backend& b) {
    std::vector<Case> cases;
    const auto add = [&](const char* id, const char* fn, std::vector<std::string> promises,
                         void (*check)(const Backend&)) {
        cases.push_back({id, fn, std::move(promises), true, [&b, check] { check(b); }});
    };
    add("backward/of-mul-broadcast", "backward", {"G4"}, check_products);
    add("backward/of-matmul", "backward", {"G4"}, check_matmul);
    add("grad/accumulates-and-zeroes-in-place", "grad", {"G2", "H7"}, check_accumulation);
    add("zero_grad/in-place", "zero_grad", {"G2"}, check_accumulation);
    add("no_grad_begin/nests", "no_grad_begin", {"G1"}, check_nesting);
    add("no_grad_end/nests", "no_grad_end", {"G1"}, check_nesting);
    add("no_grad_end/unbalanced-again-and-after-a-pair", "no_grad_end", {"G1", "E2"}, check_unbalanced);
    add("no_grad_end/unbalanced-in-a-thread", "no_grad_end", {"G1", "E2"}, check_unbalanced_in_thread);
    add("detach/cut-from-the-graph", "detach", {"G4"}, check_detach);
    add("requires_grad/is-each-handle's-own", "requires_grad", {"H6"}, check_aliases);
    add("set_requires_grad/false-on-computed", "set_requires_grad", {"E3"}, check_false_on_computed);
    add("backward/complex-eigenvectors", "backward", {"G4"}, check_complex_eigenvectors);
    add("backward/used-graph", "backward", {"G3"}, check_used_graph);
    return cases;
}

}  // namespace simple::golden

// Gradients whose values have a closed form, grad mode, requires_grad of aliases.
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

// d sum(f(x)) / dx at x = {0.5, 2}.
struct UnaryGradient {
    const char* name;
    int64_t (*call)(const Backend&, int64_t);
    double (*derivative)(double);
};

const UnaryGradient kUnary[] = {
    {"neg", [](const Backend& b, int64_t x) { return b.neg(x); }, [](double) { return -1.0; }},
    {"exp", [](const Backend& b, int64_t x) { return b.exp(x); }, [](double x) { return std::exp(x); }},
    {"log", [](const Backend& b, int64_t x) { return b.log(x); }, [](double x) { return 1 / x; }},
    {"sqrt", [](const Backend& b, int64_t x) { return b.sqrt(x); }, [](double x) { return 0.5 / std::sqrt(x); }},
    {"abs", [](const Backend& b, int64_t x) { return b.abs(x); }, [](double) { return 1.0; }},
    {"relu", [](const Backend& b, int64_t x) { return b.relu(x); }, [](double) { return 1.0; }},
    {"pow", [](const Backend& b, int64_t x) { return b.pow(x, 3); }, [](double x) { return 3 * x * x; }},
    {"add_scalar", [](const Backend& b, int64_t x) { return b.add_scalar(x, 7); }, [](double) { return 1.0; }},
    {"mul_scalar", [](const Backend& b, int64_t x) { return b.mul_scalar(x, -3); }, [](double) { return -3.0; }},
    {"tanh", [](const Backend& b, int64_t x) { return b.tanh(x); },
     [](double x) { return 1 - std::tanh(x) * std::tanh(x); }},
    {"sigmoid", [](const Backend& b, int64_t x) { return b.sigmoid(x); },
     [](double x) { return std::exp(-x) / ((1 + std::exp(-x)) * (1 + std::exp(-x))); }},
    {"leaky_relu", [](const Backend& b, int64_t x) { return b.leaky_relu(x, 0.1); }, [](double) { return 1.0; }},
    {"clone", [](const Backend& b, int64_t x) { return b.clone(x); }, [](double) { return 1.0; }},
    {"unsqueeze", [](const Backend& b, int64_t x) { return b.unsqueeze(x, 0); }, [](double) { return 1.0; }},
};

void check_unary(const Backend& b, const UnaryGradient& f) {
    const Numbers at = {0.5, 2};
    const Tensor x = leaf(b, at, {2});
    const Tensor y(b, f.call(b, x.get()));
    const Tensor sum = total(b, y);
    b.backward(sum.get());
    ASSERT_EQ(error_code(b), 0) << error_message(b);
    expect_grad(b, x, {f.derivative(at[0]), f.derivative(at[1])});
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

void check_linear(const Backend& b) {
    const Tensor x = leaf(b, {1, 2}, {1, 2}), w = leaf(b, {3, 4}, {1, 2}), bias = leaf(b, {0.5}, {1});
    const Tensor y(b, b.linear(x.get(), w.get(), bias.get()));
    const Tensor sum = total(b, y);
    b.backward(sum.get());
    expect_grad(b, x, {3, 4});
    expect_grad(b, w, {1, 2});
    expect_grad(b, bias, {1});
}

void check_mse(const Backend& b) {
    const Tensor x = leaf(b, {1, 4}, {2}), t = make(b, DType::f64, {0, 2}, {2});
    const Tensor loss(b, b.mse_loss_tensor(x.get(), t.get()));
    b.backward(loss.get());
    expect_grad(b, x, {1, 2});  // 2 (x - t) / n
}

void check_cross_entropy(const Backend& b) {
    const Tensor x = leaf(b, {0, 0, 0}, {1, 3}), t = from_ints(b, {1}, {1});
    const Tensor loss(b, b.cross_entropy_tensor(x.get(), t.get()));
    b.backward(loss.get());
    expect_grad(b, x, {1.0 / 3, 1.0 / 3 - 1, 1.0 / 3});  // softmax - one-hot
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
    for (const UnaryGradient& f : kUnary)
        cases.push_back({std::string("backward/of-") + f.name, f.name, {"G4"}, false, [&b, &f] { check_unary(b, f); }});
    add("backward/of-mul-broadcast", "backward", {"G4"}, check_products);
    add("backward/of-matmul", "backward", {"G4"}, check_matmul);
    add("backward/of-linear", "backward", {"G4"}, check_linear);
    add("backward/of-mse_loss_tensor", "backward", {"G4"}, check_mse);
    add("backward/of-cross_entropy_tensor", "backward", {"G4"}, check_cross_entropy);
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

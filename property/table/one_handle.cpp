// One handle for two arguments counts as two handles of the same tensor: code, shapes and elements are those of the
// call with a second handle that shares its storage, and its gradient is what two equal tensors get together.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "property/cases.h"
#include "property/gradients/differentiable.h"
#include "property/gradients/weighed.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

bool is_handle(Type type) { return type == Type::tensor || type == Type::tensor_opt; }

bool takes_two(Fn fn) {
    const Function& row = function(fn);
    int64_t handles = 0;
    for (size_t i = 0; i < row.param_count; i++) {
        if (row.params[i].type == Type::tensor_array) return true;
        handles += is_handle(row.params[i].type);
    }
    return handles > 1;
}

// What the call gives; where it fails its code alone, as messages tell what the second tensor was.
std::string told(const Backend& backend, const DrawnCall& call) {
    const std::string text = result_text(backend, call);
    return text.substr(0, text.find(" ("));
}

// Statistics are written to: what then stands in the other argument is not promised.
bool writes(const DrawnCall& call) {
    const Function& row = function(call.step.fn);
    return std::any_of(call.step.refs.begin(), call.step.refs.end(),
                       [&](const Ref& ref) { return row.params[ref.argument].role == Role::running; });
}

void same_as_two(Trial& t, Fn fn) {
    Random random = t.choices("call");
    DrawnCall one = draw_success(fn, random);
    const auto count = static_cast<int64_t>(one.step.refs.size());
    if (count < 2 || writes(one)) return;
    const auto kept = static_cast<size_t>(t.integer("kept", 0, count - 1));
    const auto replaced =
        (kept + static_cast<size_t>(t.integer("replaced", 1, count - 1))) % static_cast<size_t>(count);
    const Ref from = one.step.refs[kept];
    // A view of all of x, in the graph.
    Step alias{Fn::transpose, {int64_t{0}, int64_t{0}, int64_t{0}}, {{0, -1, from.step, from.result}}};
    DrawnCall two = one;
    two.before.push_back(std::move(alias));
    const auto set = [&](DrawnCall& call, size_t step, int result) {
        call.step.refs[replaced].step = step;
        call.step.refs[replaced].result = result;
    };
    set(one, from.step, from.result);
    set(two, two.before.size() - 1, 0);
    const std::string want = told(t.backend, two), got = told(t.backend, one);
    if (got != want)
        throw Broken("of two handles: " + want + "\nof one handle twice: " + got + "\nin the last call of\n" +
                     one.text());
}

// Two of the call's tensors that have the same dims, the second made equal to the first; false where none have.
bool make_two_equal(Trial& t, Differentiable& call, size_t& first, size_t& second) {
    std::vector<std::pair<size_t, size_t>> pairs;
    for (size_t i = 0; i < call.tensors.size(); i++)
        for (size_t k = i + 1; k < call.tensors.size(); k++)
            if (call.tensors[i].dims == call.tensors[k].dims) pairs.emplace_back(i, k);
    if (pairs.empty()) return false;
    std::tie(first, second) = pairs[static_cast<size_t>(t.integer("pair", 0, static_cast<int64_t>(pairs.size()) - 1))];
    call.tensors[second] = call.tensors[first];
    return true;
}

Value leaf(Trial& t, const TensorSpec& spec) {
    const Value x = t(Fn::detach, t.make(spec));
    t.run(Fn::set_requires_grad, {to_arg(x), to_arg(true)});
    return x;
}

std::vector<double> gradient(Trial& t, const Value& x) {
    const Value grad = t(Fn::grad, x);
    t.check(grad.get() > 0, "each argument has a gradient (G4)");
    return t.data(grad);
}

void gradients_add_up(Trial& t, const Row& row, bool& had_two) {
    constexpr int kDraws = 8;  // until one has two tensors of the same dims
    Differentiable call;
    size_t first = 0, second = 0;
    for (int i = 0; i < kDraws && first == second; i++) {
        call = row.draw(t);
        if (!make_two_equal(t, call, first, second)) first = second = 0;
    }
    if (first == second) return;
    had_two = true;
    std::vector<Value> apart, shared;
    for (const TensorSpec& spec : call.tensors) {
        apart.push_back(leaf(t, spec));
        shared.push_back(leaf(t, spec));
    }
    shared[second] = shared[first];
    t.run(Fn::backward, {to_arg(weighed(t, call.apply(t, apart)))});
    t.run(Fn::backward, {to_arg(weighed(t, call.apply(t, shared)))});
    const std::vector<double> got = gradient(t, shared[first]), one = gradient(t, apart[first]),
                              other = gradient(t, apart[second]);
    for (size_t i = 0; i < got.size(); i++) t.near(got[i], one[i] + other[i]);
}

// A row of which no two tensors can be one: one alone has a gradient, or their dims always differ. Of the others the
// case demands that they were.
bool has_pair(const Row& row) {
    constexpr std::array kOneGradient{Fn::embedding, Fn::gather, Fn::index_select, Fn::nll_loss_tensor,
                                      Fn::binary_cross_entropy_tensor};
    if (row.function == Fn::cross_entropy_tensor) return row.variant == "-probabilities";
    if (row.function == Fn::matmul) return row.variant != "-batched-vector";
    return std::find(kOneGradient.begin(), kOneGradient.end(), row.function) == kOneGradient.end();
}

}  // namespace

Cases one_handle_cases(const Backend& backend, const SuiteOptions& options) {
    const bool real = backend.available();
    Cases cases;
    for (Fn fn : table_functions()) {
        if (!can_succeed(fn) || !takes_two(fn)) continue;
        const std::string name(function(fn).name), id = "one-handle/" + name;
        cases.push_back({id, name, {"V4", "E3"}, false, [=, &backend] {
                             hold(id, backend, options, options.examples, [&](Trial& t) { same_as_two(t, fn); });
                         }});
    }
    for (const Row& row : differentiable_rows()) {
        if (!takes_two(row.function) || !has_pair(row)) continue;
        const std::string name(function(row.function).name);
        const std::string id = "one-handle/" + name + (row.variant.empty() ? "" : "/" + row.variant) + "/gradient";
        cases.push_back({id, name, {"G4"}, false, with_values(real, [=, &backend] {
                             bool had_two = false;
                             hold(id, backend, options, std::max(1, options.examples / 4),
                                  [&](Trial& t) { gradients_add_up(t, row, had_two); });
                             EXPECT_TRUE(had_two) << "no example had two tensors of the same dims";
                         })});
    }
    return cases;
}

}  // namespace simple::property

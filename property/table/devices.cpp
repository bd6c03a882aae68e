// Every function on drawn arguments that lie on CUDA devices: the CPU's results, where the arguments are; code 2 where
// those are on several devices (C3).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>

#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/stream.h"
#include "property/cases.h"
#include "property/table/agreement.h"
#include "property/table/decomposed.h"

namespace simple::property {

namespace {

// Where tensors are put, and how: at once, or on a stream that nobody waits for.
struct Place {
    int32_t device = 0;
    int64_t stream = 0;  // 0: by cuda
};

Step moved(const Place& place, size_t step, int result) {
    Step move;
    move.fn = place.device < 0 ? Fn::cpu : place.stream ? Fn::to_stream : Fn::cuda;
    move.args = {int64_t{0}};
    if (place.device >= 0) move.args.emplace_back(int64_t{place.device});
    if (place.device >= 0 && place.stream) move.args.emplace_back(place.stream);
    move.refs = {{0, -1, step, result}};
    return move;
}

struct PlacedCall {
    DrawnCall call;
    std::vector<size_t> now;  // of each step that the drawn call had before it: its number here
};

// The call with each tensor that is made from nothing moved to the place, and what follows done there.
PlacedCall placed(const DrawnCall& call, const Place& place) {
    PlacedCall result;
    Program& program = result.call.before;
    const auto renumbered = [&](Step step) {
        for (Ref& ref : step.refs) ref.step = result.now[ref.step];
        return step;
    };
    for (const Step& step : call.before) {
        program.push_back(renumbered(step));
        if (step.refs.empty() && function(step.fn).result == Type::tensor)
            program.push_back(moved(place, program.size() - 1, 0));
        result.now.push_back(program.size() - 1);
    }
    result.call.step = renumbered(call.step);
    return result;
}

Claim claim_of(const DrawnCall& call) {
    return [&call](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + "\nin the last call of\n" + call.text());
    };
}

// Gradients of what was made before the call.
void claim_same_gradients(const Backend& b, const Runner& here, const Runner& there, const PlacedCall& placed,
                          int32_t device, const Claim& claim) {
    for (size_t i = 0; i < placed.now.size(); ++i)
        for (size_t k = 0; k < here.handles(i).size(); ++k) {
            const Tensor want(b, b.grad(here.handles(i)[k])), got(b, b.grad(there.handles(placed.now[i])[k]));
            claim(bool(want) == bool(got), got ? "a gradient that the CPU has not" : "no gradient");
            if (!want) continue;
            claim(b.device(got.get()) == device, "a gradient is not where its tensor is");
            const Outcome none{};
            const std::vector<int64_t> gots{got.get()}, wants{want.get()};
            claim_agreement(Fn::grad, {b, none, gots}, {b, none, wants}, claim);
        }
}

void as_on_the_cpu(Trial& t, Fn fn) {
    const Backend& b = t.backend;
    const DrawnCall call = draw_success(fn, t.choices("call"));
    const auto device = static_cast<int32_t>(t.integer("device", 0, device_count(b) - 1));
    std::optional<Stream> stream;
    if (t.flag("on a stream")) stream.emplace(b, device);
    const PlacedCall there = placed(call, {device, stream ? stream->get() : 0});
    const Claim claim = claim_of(there.call);
    Runner a(b), c(b);
    for (const Step& step : call.before) a.run(step);
    for (const Step& step : there.call.before) {
        const Outcome outcome = c.run(step);
        if (!outcome.ok()) throw Broken("a step before ended with " + outcome.message + "\n" + there.call.text());
    }
    const Outcome want = a.run(call.step), got = c.run(there.call.step);
    const auto &wants = a.handles(a.steps() - 1), &gots = c.handles(c.steps() - 1);
    for (const int64_t result : gots)
        claim(b.device(result) == (fn == Fn::cpu ? -1 : device), "a result is not where its arguments are");
    claim_agreement(fn, {b, got, gots}, {b, want, wants, computed_dtype(b, a, call.step)}, claim);
    claim_decomposed(fn, b, c.arguments(there.call.step), gots, claim);
    if (fn == Fn::backward || fn == Fn::zero_grad) claim_same_gradients(b, a, c, there, device, claim);
}

void refuses_a_mixture(Trial& t, Fn fn) {
    constexpr int kTries = 20;  // some tensors are optional, and a list may have one
    const Backend& b = t.backend;
    DrawnCall call = draw_success(fn, t.choices("call"));
    for (int i = 1; i < kTries && call.step.refs.size() < 2; ++i) call = draw_success(fn, t.choices("another call"));
    if (call.step.refs.size() < 2) throw Broken("no drawn call is given two tensors");
    call = placed(call, {}).call;
    const auto chosen = static_cast<size_t>(t.integer("tensor", 0, static_cast<int64_t>(call.step.refs.size()) - 1));
    const bool to_cpu = device_count(b) < 2 || t.flag("to the CPU");
    Ref& ref = call.step.refs[chosen];
    call.before.push_back(moved({to_cpu ? -1 : 1, 0}, ref.step, ref.result));
    ref.step = call.before.size() - 1;
    ref.result = 0;
    const Claim claim = claim_of(call);
    Runner runner(b);
    for (const Step& step : call.before) runner.run(step);
    const Outcome outcome = runner.run(call.step);
    claim(ended_with(b, fn, outcome, 2), "code " + std::to_string(outcome.code) +
                                             ", want 2, since the tensors are on several devices: " + outcome.message);
    claim(is_sentinel(fn, outcome), "the result is not the sentinel (E2)");
}

size_t tensors_of(const Function& row, bool& list) {
    size_t count = 0;
    for (size_t i = 0; i < row.param_count; ++i) {
        const Type type = row.params[i].type;
        count += type == Type::tensor || type == Type::tensor_opt;
        list = list || type == Type::tensor_array;
    }
    return count;
}

// What they give is about where a tensor is, or nothing is left of it.
bool is_about_devices(Fn fn) {
    constexpr std::array kFns{Fn::cuda, Fn::to_stream, Fn::device, Fn::is_cuda, Fn::free};
    return std::find(kFns.begin(), kFns.end(), fn) != kFns.end();
}

}  // namespace

Cases device_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        bool list = false;
        const size_t tensors = tensors_of(function(fn), list);
        if (is_about_devices(fn) || !can_succeed(fn) || (tensors == 0 && !list)) continue;
        const std::string name(function(fn).name);
        const auto add = [&](const char* what, std::vector<std::string> promises, void (*check)(Trial&, Fn)) {
            const std::string id = "devices/" + name + "/" + what;
            const auto body = [=, &backend] {
                hold(id, backend, options, options.examples, [&](Trial& t) { check(t, fn); });
            };
            cases.push_back({id, name, std::move(promises), false, body, "cuda"});
        };
        add("as-on-the-cpu", {"C3"}, as_on_the_cpu);
        if (tensors > 1 || list) add("mixed", {"C3", "E2", "E3"}, refuses_a_mixture);
    }
    return cases;
}

}  // namespace simple::property

// Handles that no call returned, each one bit away from a live one: code 1, whatever the parameter, and the live one
// stays (H2).
#include <gtest/gtest.h>

#include <algorithm>

#include "ci/testkit/client.h"
#include "ci/testkit/device.h"
#include "ci/testkit/stream.h"
#include "property/cases.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

int64_t& place(Args& args, const Ref& ref) {
    if (ref.element < 0) return std::get<int64_t>(args[ref.argument]);
    return std::get<Array>(args[ref.argument]).items[static_cast<size_t>(ref.element)].as_int;
}

// A successful call that passes a handle for the parameter, if one is drawn.
bool draw_with_handle(Fn fn, size_t param, uint64_t seed, DrawnCall& call, Ref& ref) {
    for (uint64_t i = 0; i < 64; i++) {
        call = draw_success(fn, Random(seed + i));
        for (const Ref& one : call.step.refs)
            if (one.argument == param) return ref = one, true;
    }
    return false;
}

void refuses_forged(const Backend& backend, Fn fn, size_t param, uint64_t seed) {
    DrawnCall call;
    Ref ref;
    ASSERT_TRUE(draw_with_handle(fn, param, seed, call, ref)) << "no call with a handle for this parameter is drawn";
    Runner runner(backend);
    for (const Step& step : call.before) runner.run(step);
    std::vector<int64_t> live;
    for (size_t i = 0; i < runner.steps(); i++)
        live.insert(live.end(), runner.handles(i).begin(), runner.handles(i).end());
    const int64_t handle = runner.handles(ref.step).at(static_cast<size_t>(ref.result));
    Step step = call.step;
    for (const Ref& one : step.refs)  // the other handles as they are
        place(step.args, one) = runner.handles(one.step).at(static_cast<size_t>(one.result));
    step.refs.clear();
    for (int bit = 0; bit < 64; bit++) {
        const auto forged = static_cast<int64_t>(static_cast<uint64_t>(handle) ^ (uint64_t{1} << bit));
        if (forged == 0 || std::find(live.begin(), live.end(), forged) != live.end()) continue;
        place(step.args, ref) = forged;
        const Outcome outcome = runner.run(step);
        EXPECT_TRUE(ended_with(backend, fn, outcome, 1) && is_sentinel(fn, outcome))
            << "code " << outcome.code << ", want 1: " << forged << " is the live handle " << handle << " with bit "
            << bit << " turned\n"
            << call.text();
        ASSERT_GE(backend.ndim(handle), 0) << "the live handle is gone after a call with a forged one, bit " << bit;
    }
}

// Nothing draws streams: there are three functions of a stream alone, and one that takes a tensor there.
void refuses_forged_stream(const Backend& backend, Fn fn, size_t param) {
    const int32_t device = std::max(0, suite_device());
    const Tensor tensor(backend, backend.eye(2));
    const Stream stream(backend, device);
    Runner runner(backend);
    Step query, step;
    query.fn = Fn::stream_query;
    query.args = {stream.get()};
    ASSERT_TRUE(ended_with(backend, query.fn, runner.run(query), 0)) << "no stream could be made";
    step.fn = fn;
    if (fn == Fn::to_stream) step.args = {tensor.get(), int64_t{device}};
    step.args.resize(function(fn).param_count);
    for (int bit = 0; bit < 64; bit++) {
        const auto forged = static_cast<int64_t>(static_cast<uint64_t>(stream.get()) ^ (uint64_t{1} << bit));
        if (forged == 0 || forged == tensor.get()) continue;
        step.args[param] = forged;
        const Outcome outcome = runner.run(step);
        EXPECT_TRUE(ended_with(backend, fn, outcome, 1) && is_sentinel(fn, outcome))
            << "code " << outcome.code << ", want 1: " << forged << " is the live stream " << stream.get()
            << " with bit " << bit << " turned";
        ASSERT_TRUE(ended_with(backend, query.fn, runner.run(query), 0))
            << "the live stream is gone after a call with a forged one, bit " << bit;
    }
}

}  // namespace

Cases forged_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    for (Fn fn : table_functions()) {
        const Function& row = function(fn);
        for (size_t param = 0; param < row.param_count; param++) {
            const Type type = row.params[param].type;
            const std::string name(row.name), id = "forged/" + name + "/" + std::string(row.params[param].name);
            if (type == Type::stream)
                cases.push_back({id,
                                 name,
                                 {"H2", "E1", "C3"},
                                 false,
                                 [=, &backend] { refuses_forged_stream(backend, fn, param); },
                                 "cuda"});
            if (type != Type::tensor && type != Type::tensor_opt && type != Type::tensor_array) continue;
            if (!can_succeed(fn)) continue;
            cases.push_back({id, name, {"H2", "E1"}, false, [=, &backend] {
                                 refuses_forged(backend, fn, param, case_seed(options.seed, id));
                             }});
        }
    }
    return cases;
}

}  // namespace simple::property

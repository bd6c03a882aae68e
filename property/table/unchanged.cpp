// What a call must leave as it was, whatever its outcome: the elements, shapes and flags of every tensor (E2), its
// argument arrays (T2, checked by call()), live counts, and its surroundings (T3). A failing call must also give the
// table's code, its sentinel and a message that names it (E2, E3, E5, E6).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "ci/testkit/capture.h"
#include "property/cases.h"
#include "property/table/drawn_call.h"
#include "property/table/message.h"
#include "property/table/surroundings.h"

namespace simple::property {

namespace {

std::string described(const Backend& backend, int64_t handle) {
    std::ostringstream text;
    text.precision(17);
    text << "dtype " << static_cast<int>(dtype(backend, handle)) << ", requires_grad " << backend.requires_grad(handle)
         << ", shape [";
    for (int64_t size : shape(backend, handle)) text << size << ' ';
    text << "], elements";
    constexpr int64_t kMost = 1 << 16;  // those over it are only reserved, so reading them would take all memory
    if (backend.numel(handle) <= kMost)
        for (double value : values(backend, handle)) text << ' ' << value;
    return text.str();
}

// The tensors that the call is there to change, by the step that made them: a freed one, one whose flag is set, running
// statistics and what those are views of.
std::set<size_t> may_change(const DrawnCall& call) {
    const Step& step = call.step;
    std::set<size_t> changed;
    for (const Ref& ref : step.refs) {
        if (step.fn == Fn::free || step.fn == Fn::set_requires_grad) changed.insert(ref.step);
        if (function(step.fn).params[ref.argument].role != Role::running) continue;
        for (std::vector<size_t> open = {ref.step}; !open.empty();) {
            const size_t at = open.back();
            open.pop_back();
            changed.insert(at);
            for (const Ref& from : call.before[at].refs) open.push_back(from.step);
        }
    }
    return changed;
}

bool moves_grad_mode(Fn fn) { return fn == Fn::no_grad_begin || fn == Fn::no_grad_end; }

// Tags and room of a result array (T1).
void check_array(Fn fn, const Outcome& outcome, const std::function<void(bool, const std::string&)>& claim) {
    const Type type = function(fn).result;
    const bool floats = type == Type::f64_array;
    if (!floats && type != Type::i64_array && type != Type::tensor_array) return;
    claim(!outcome.null && outcome.capacity >= 1, "a result array without room for one element (T1)");
    for (const SplValue& item : outcome.items)
        claim(item.tag == (floats ? SPL_FLOAT : SPL_INT), "a result array's element has the wrong tag (T1)");
}

struct Before {
    size_t step;
    int64_t handle;
    std::string state;
};

void changes_nothing(Trial& t, const DrawnCall& call, const Way* way) {
    restore_surroundings();
    Runner runner(t.backend);
    for (const Step& step : call.before) runner.run(step);
    std::vector<Before> before;
    for (size_t i = 0; i < runner.steps(); i++)
        for (int64_t handle : runner.handles(i))
            if (runner.live(handle)) before.push_back({i, handle, described(t.backend, handle)});
    const bool counts = t.backend.has(Fn::live_tensors);
    const int64_t live = counts ? t.backend.live_tensors() : 0;
    const Surroundings surroundings(t.backend);
    Outcome outcome;
    std::string written;
    {
        const Capture capture;
        // The code that the call leaves is its own, whatever was left before (E5).
        if (call.step.fn != Fn::last_error_code && call.step.fn != Fn::last_error_message) t.backend.ndim(-1);
        outcome = runner.run(call.step);
        written = capture.text();
    }
    const auto claim = [&](bool holds, const std::string& what) {
        if (!holds) throw Broken(what + "\nin the last call of\n" + call.text());
    };
    const auto made = static_cast<int64_t>(runner.handles(runner.steps() - 1).size());
    const bool freed = call.step.fn == Fn::free && outcome.ok() && std::get<int64_t>(call.step.args[0]) == 0 &&
                       !call.step.refs.empty();
    if (counts) claim(t.backend.live_tensors() - live == made - (freed ? 1 : 0), "live tensors miscounted (H3)");
    claim(written.empty(), "wrote to stdout or stderr (T3): " + written);
    if (way) {
        claim(ended_with(t.backend, call.step.fn, outcome, static_cast<int32_t>(way->code)),
              "code " + std::to_string(outcome.code) + ", want " + std::to_string(static_cast<int>(way->code)) + ": " +
                  outcome.message);
        claim(is_sentinel(call.step.fn, outcome), "the result is not the sentinel (E2)");
        if (t.backend.last_error_message)
            claim_message(t.backend, call.step.fn, runner.arguments(call.step), *way, outcome.message, claim);
    } else {
        claim(outcome.ok(), "code " + std::to_string(outcome.code) + ", want 0: " + outcome.message);
        check_array(call.step.fn, outcome, claim);
    }
    const std::set<size_t> changed = way ? std::set<size_t>() : may_change(call);
    for (const Before& tensor : before) {
        if (changed.count(tensor.step)) continue;
        const std::string after = described(t.backend, tensor.handle);
        claim(after == tensor.state, "a tensor changed (E2)\nbefore: " + tensor.state + "\nafter:  " + after);
    }
    if (way || !moves_grad_mode(call.step.fn)) {
        const std::string difference = surroundings.difference(t.backend);
        claim(difference.empty(), "the surroundings changed (T3, E2)\n" + difference);
    }
}

}  // namespace

Cases unchanged_cases(const Backend& backend, const SuiteOptions& options) {
    restore_surroundings();  // takes note of them
    const bool real = backend.available();
    Cases cases;
    // A third of the examples: each takes a look at everything around it.
    const int examples = std::max(1, options.examples / 3);
    for (Fn fn : table_functions()) {
        const std::string name(function(fn).name);
        if (can_succeed(fn) && fn != Fn::no_grad_end) {
            const std::string id = "unchanged/" + name + "/success";
            cases.push_back({id, name, {"E2", "E5", "T1", "T2", "T3", "H3"}, false, [=, &backend] {
                                 hold(id, backend, options, examples, [&](Trial& t) {
                                     changes_nothing(t, draw_success(fn, t.choices("call")), nullptr);
                                 });
                             }});
        }
        for (const Way& way : named_ways(fn)) {
            const std::string id = "unchanged/" + name + "/" + slug(way.name);
            const auto body = [=, &backend] {
                hold(id, backend, options, std::max(2, options.examples / 10),
                     [&](Trial& t) { changes_nothing(t, draw_failure(way, t.choices("call")), &way); });
            };
            cases.push_back({id,
                             name,
                             {"E1", "E2", "E3", "E4", "E6", "T2", "T3", "H3"},
                             false,
                             with_values(!way.by_values || real, body)});
        }
    }
    return cases;
}

}  // namespace simple::property

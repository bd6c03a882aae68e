// The lifecycle as a state machine: drawn commands against a model that knows which handles live, what each tensor
// holds and how deep no_grad is; after every step count, code and one tensor are compared (H1 to H3, E2, E5, G1).
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "property/cases.h"
#include "property/laws/law.h"
#include "property/table/drawn_call.h"

namespace simple::property {

namespace {

enum Command {
    create,
    alias,
    view,
    compute,
    split,
    release,
    release_again,
    use_freed,
    use_forged,
    release_forged,
    tensor_as_stream,
    release_none,
    fail_by_shape,
    fail_by_dim,
    no_grad_begin,
    no_grad_end,
    ask_requires_grad,
    clear_error,
    kCommands
};

struct Known {
    int64_t numel;
    double value;  // of every element
};

class Machine {
  public:
    explicit Machine(Trial& t) : t_(t), backend_(t.backend), counts_(backend_.has(Fn::live_tensors)), base_(count()) {}

    ~Machine() {
        for (const auto& [handle, known] : live_) backend_.free(handle);
        for (; depth_ > 0; depth_--) backend_.no_grad_end();
    }

    void step(Command command, int64_t choice) {
        switch (command) {
            case create:
                return add(t_.attempt_raw(Fn::full, {to_arg(Dims{2, 3}), to_arg(1.0 * double(choice % 7))}),
                           {6, 1.0 * double(choice % 7)});
            case alias: return derive(Fn::detach, choice, 1);
            case view: return derive(Fn::flatten, choice, 1);
            case compute: return derive(Fn::neg, choice, -1);
            case split: return divide(choice);
            case release: return free_live(choice);
            case release_again: return with_dead(Fn::free, choice);
            case use_freed: return with_dead(choice % 2 ? Fn::exp : Fn::numel, choice / 2);
            case use_forged: return expect(Fn::exp, {to_arg(forged(choice))}, 1);
            case release_forged: return expect(Fn::free, {to_arg(forged(choice))}, 1);
            case tensor_as_stream: return as_stream(choice);
            case release_none: return expect(choice % 2 ? Fn::free : Fn::stream_free, {to_arg(0)}, 0);
            case fail_by_shape: return fail_on_live(choice, Fn::matmul);
            case fail_by_dim: return fail_on_live(choice, Fn::softmax);
            case no_grad_begin: return expect(Fn::no_grad_begin, {}, 0), void(depth_++);
            case no_grad_end: return end_no_grad();
            case ask_requires_grad: return ask(choice);
            case clear_error: return expect(Fn::clear_error, {}, 0);
            case kCommands: break;
        }
    }

    void check(int64_t choice) {
        if (counts_) t_.same(count() - base_, static_cast<int64_t>(live_.size()), "live tensors (H3)");
        if (live_.empty()) return;
        const auto& [handle, known] = pick(choice);
        t_.same(backend_.numel(handle), known.numel, "numel of a live tensor");
        if (!t_.real) return;
        for (double value : values(backend_, handle)) t_.near(value, known.value, 0, 0);
    }

  private:
    int64_t count() const { return counts_ ? backend_.live_tensors() : 0; }

    std::pair<const int64_t, Known>& pick(int64_t choice) {
        return *std::next(live_.begin(), choice % static_cast<int64_t>(live_.size()));
    }

    int64_t forged(int64_t choice) const {
        const int64_t kinds[] = {-1, INT64_MAX, INT64_MIN, 12345678901, live_.empty() ? 77 : -live_.begin()->first};
        return kinds[choice % 5];
    }

    void expect(Fn fn, const Args& args, int32_t code) { t_.ends_with(fn, t_.attempt_raw(fn, args), code); }

    void add(const Outcome& outcome, Known known) {
        t_.same(outcome.code, 0, "code of a call that makes a tensor");
        t_.check(outcome.integer > 0, "a handle is positive");
        add_handle(outcome.integer, known);
    }

    void add_handle(int64_t handle, Known known) {
        t_.check(issued_.insert(handle).second, "a handle is never reused (H2)");
        live_[handle] = known;
    }

    void derive(Fn fn, int64_t choice, double factor) {
        if (live_.empty()) return;
        const auto [handle, known] = pick(choice);
        add(t_.attempt_raw(fn, {to_arg(handle)}), {known.numel, known.value * factor});
    }

    void divide(int64_t choice) {
        if (live_.empty()) return;
        const auto [handle, known] = pick(choice);
        const int64_t rows = shape(backend_, handle)[0];
        const Outcome outcome = t_.attempt_raw(Fn::chunk, {to_arg(handle), to_arg(rows), to_arg(0)});
        t_.same(static_cast<int64_t>(outcome.items.size()), rows, "pieces");
        for (const SplValue& item : outcome.items) add_handle(item.as_int, {known.numel / rows, known.value});
    }

    void free_live(int64_t choice) {
        if (live_.empty()) return;
        const int64_t handle = pick(choice).first;
        expect(Fn::free, {to_arg(handle)}, 0);
        live_.erase(handle);
        dead_.push_back(handle);
    }

    void with_dead(Fn fn, int64_t choice) {
        if (!dead_.empty()) expect(fn, {to_arg(dead_[static_cast<size_t>(choice) % dead_.size()])}, 1);
    }

    void as_stream(int64_t choice) {
        if (live_.empty()) return;
        const Fn kinds[] = {Fn::stream_sync, Fn::stream_query, Fn::stream_free};
        expect(kinds[choice % 3], {to_arg(pick(choice).first)}, 1);
    }

    void fail_on_live(int64_t choice, Fn fn) {
        if (live_.empty()) return;
        const int64_t handle = pick(choice).first;
        if (fn == Fn::softmax) return expect(fn, {to_arg(handle), to_arg(int64_t{9})}, 5);
        const Value other(backend_, call(backend_, Fn::zeros, {to_arg(Dims{7, 1})}).integer);
        expect(fn, {to_arg(handle), to_arg(other)}, 3);
    }

    void end_no_grad() {
        expect(Fn::no_grad_end, {}, depth_ > 0 ? 0 : 9);
        if (depth_ > 0) depth_--;
    }

    // A tensor computed from a leaf that requires gradients requires them itself exactly when no no_grad is open.
    void ask(int64_t) {
        const Value leaf(backend_, call(backend_, Fn::ones, {to_arg(Dims{2})}).integer);
        backend_.set_requires_grad(leaf.get(), true);
        const Value computed(backend_, backend_.neg(leaf.get()));
        t_.same(backend_.requires_grad(computed.get()), depth_ == 0, "requires_grad of a computed tensor (G1)");
    }

    Trial& t_;
    const Backend& backend_;
    bool counts_;
    int64_t base_;
    std::map<int64_t, Known> live_;
    std::vector<int64_t> dead_;
    std::set<int64_t> issued_;
    int depth_ = 0;
};

void agrees_with_model(Trial& t) {
    Machine machine(t);
    // Each number is a command and what it picks.
    for (int64_t number : t.list("commands", 60, 0, kCommands * 1000 - 1)) {
        machine.step(static_cast<Command>(number % kCommands), number / kCommands);
        machine.check(number / kCommands + 1);
    }
}

// What fn gives does not depend on what failed before: on failures of its own or of others.
void ignores_failures(Trial& t, Fn fn) {
    const DrawnCall call = draw_success(fn, t.choices("call"));
    const std::string before = result_text(t.backend, call);
    const std::vector<Fn> fns = present_functions(t.backend);
    for (int64_t number : t.list("failures", 6, 0, 1 << 20)) {
        const Fn failing = number % 3 == 0 ? fn : fns[static_cast<size_t>(number) % fns.size()];
        const std::vector<Way> ways = ways_here(t.backend, failing);
        if (ways.empty()) continue;
        const Way& way = ways[static_cast<size_t>(number) / 7 % ways.size()];
        const DrawnCall failure = draw_failure(way, Random(static_cast<uint64_t>(number)));
        Runner runner(t.backend);
        for (const Step& step : failure.before) runner.run(step);
        t.check(ended_with(t.backend, failing, runner.run(failure.step), static_cast<int32_t>(way.code)),
                name_of(failing) + " fails: " + way.name);
    }
    const std::string after = result_text(t.backend, call);
    t.check(after == before, "a call gives what it gave before others failed\nbefore: " + before +
                                 "\nafter:  " + after + "\nin the last call of\n" + call.text());
}

// More handles than one chunk of a slot table holds (4096), freed in another order than they came.
void many_handles(Trial& t) {
    const int64_t count = t.integer("count", 1, 10000), stride = t.integer("stride", 1, 97);
    std::vector<int64_t> handles;
    for (int64_t i = 0; i < count; i++) handles.push_back(t.backend.eye(1));
    t.same(static_cast<int64_t>(std::set<int64_t>(handles.begin(), handles.end()).size()), count, "distinct handles");
    std::vector<int64_t> order;
    for (int64_t from = 0; from < stride; from++)
        for (int64_t at = from; at < count; at += stride) order.push_back(handles[static_cast<size_t>(at)]);
    for (int64_t handle : order) t.backend.free(handle);
    for (int64_t handle : order) {
        t.same(t.backend.numel(handle), -1, "numel of a freed handle");
        t.same(error_code(t.backend), t.backend.last_error_code ? 1 : 0, "code");
    }
}

}  // namespace

Cases lifecycle_cases(const Backend& backend, const SuiteOptions& options) {
    Cases cases;
    const auto add = [&](const char* name, std::vector<std::string> promises, int examples, void (*body)(Trial&)) {
        const std::string id = std::string("lifecycle/") + name;
        cases.push_back({id, "", std::move(promises), true,
                         [=, &backend] { hold(id, backend, options, std::max(1, examples), body); }});
    };
    add("agrees-with-the-model", {"H1", "H2", "H3", "E2", "E5", "G1"}, options.examples * 3, agrees_with_model);
    add("thousands-of-handles", {"H2", "H3"}, options.examples / 20, many_handles);
    for (Fn fn : table_functions()) {
        // Telling of earlier failures is what these are for.
        if (!can_succeed(fn) || fn == Fn::last_error_code || fn == Fn::last_error_message) continue;
        const std::string id = "lifecycle/" + name_of(fn) + "/ignores-earlier-failures";
        cases.push_back({id, name_of(fn), {"E2", "E5"}, false, [=, &backend] {
                             hold(id, backend, options, std::max(1, options.examples / 10),
                                  [=](Trial& t) { ignores_failures(t, fn); });
                         }});
    }
    return cases;
}

}  // namespace simple::property

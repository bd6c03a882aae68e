#include "bench/calls/prepared_call.h"

#include <cstdlib>
#include <stdexcept>
#include <tuple>
#include <vector>

#include "ci/testkit/arguments.h"

namespace simple::bench {
namespace {

// Gives a result back, as its caller has to.
template <Type type>
struct GiveBack {
    template <typename Result>
    static void result(const Backend&, Result value) {
        // The compiler must not know that nobody looks at it.
        asm volatile("" : : "r,m"(value) : "memory");
    }
};
template <>
struct GiveBack<Type::f64> {
    static void result(const Backend&, double value) { asm volatile("" : : "x,m"(value) : "memory"); }
};
template <>
struct GiveBack<Type::tensor> {
    static void result(const Backend& backend, int64_t handle) {
        if (handle != 0) backend.free(handle);
    }
};
template <>
struct GiveBack<Type::tensor_opt> : GiveBack<Type::tensor> {};
template <>
struct GiveBack<Type::stream> {
    static void result(const Backend& backend, int64_t handle) {
        if (handle != 0 && backend.stream_free) backend.stream_free(handle);
    }
};
template <>
struct GiveBack<Type::text> {
    static void result(const Backend&, char* text) { std::free(text); }
};
template <>
struct GiveBack<Type::i64_array> {
    static void result(const Backend&, SplArray* array) {
        if (!array) return;
        std::free(array->items);
        std::free(array);
    }
};
template <>
struct GiveBack<Type::f64_array> : GiveBack<Type::i64_array> {};
template <>
struct GiveBack<Type::tensor_array> {
    static void result(const Backend& backend, SplArray* array) {
        for (int64_t i = 0; array && i < array->len; ++i) backend.free(array->items[i].as_int);
        GiveBack<Type::i64_array>::result(backend, array);
    }
};

// Called with the handles to put in the first argument's place, or with nullptr.
using Repeat = std::function<void(int calls, const int64_t* firsts)>;

template <Type type, typename Result, typename... Params, size_t... I>
Repeat repeat(const Backend& backend, Result (*function)(Params...), const Args& args, std::index_sequence<I...>) {
    if (args.size() != sizeof...(Params)) throw std::logic_error("wrong number of arguments");
    auto held = std::make_shared<HeldArrays>();
    const std::tuple<Params...> fixed{argument<Params>(args[I], *held)...};
    return [&backend, function, held, fixed](int calls, const int64_t* firsts) {
        std::tuple<Params...> values = fixed;
        for (int i = 0; i < calls; ++i) {
            if constexpr (sizeof...(Params) > 0) {
                if constexpr (std::is_same_v<std::tuple_element_t<0, std::tuple<Params...>>, int64_t>)
                    if (firsts) std::get<0>(values) = firsts[i];
            }
            if constexpr (std::is_void_v<Result>) {
                std::apply(function, values);
                (void)backend;  // There is nothing to give back; Clang warns of the capture.
            } else {
                GiveBack<type>::result(backend, std::apply(function, values));
            }
        }
    };
}

template <Type type, typename Result, typename... Params>
Repeat repeat(const Backend& backend, Result (*function)(Params...), const Args& args) {
    if (!function) throw MissingFunction("the backend lacks the function");
    return repeat<type>(backend, function, args, std::index_sequence_for<Params...>{});
}

Repeat repeat(const Backend& backend, Fn fn, const Args& args) {
    switch (fn) {
#define RT_FUNCTION(name, symbol, set, category, result, ...) \
    case Fn::name:                                            \
        return repeat<Type::result>(backend, backend.name, args);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    }
    throw std::logic_error("no such function");
}

void demand(const Outcome& outcome, bool fails, const TimedCall& call) {
    if (outcome.ok() != fails) return;
    throw std::runtime_error(call.name() + (fails ? " does not fail" : " fails: " + outcome.message));
}

}  // namespace

struct PreparedCall::State {
    State(const Backend& b, const TimedCall& c) : backend(b), call(c), operands(b) {}

    const Backend& backend;
    const TimedCall call;
    Runner operands;
    Repeat repeat;
    // Of the calls that were prepared for: the first arguments, and how many calls are still to be undone.
    std::vector<int64_t> firsts;
    int entered = 0;

    // The step with the handles that its references name.
    Step resolved(const Step& step, const std::vector<int64_t>& fresh) const {
        Step result = step;
        for (const Ref& ref : step.refs) {
            const int64_t handle = ref.step < operands.steps()
                                       ? operands.handles(ref.step).at(static_cast<size_t>(ref.result))
                                       : fresh.at(ref.step - operands.steps());
            if (ref.element < 0)
                result.args[ref.argument] = handle;
            else
                std::get<Array>(result.args[ref.argument]).items[static_cast<size_t>(ref.element)].as_int = handle;
        }
        result.refs.clear();
        return result;
    }

    int64_t fresh_argument() const {
        std::vector<int64_t> made;
        for (const Step& step : call.fresh) {
            const Outcome outcome = simple::call(backend, step.fn, resolved(step, made).args);
            demand(outcome, false, call);
            made.push_back(outcome.integer);
        }
        for (size_t i = 0; i + 1 < made.size(); ++i) backend.free(made[i]);
        return made.back();
    }

    void finish() {
        if (call.uses == Uses::graph)
            for (const int64_t handle : firsts) backend.free(handle);
        firsts.clear();
        for (; entered > 0; --entered) backend.no_grad_end();
    }

    void prepare(int calls) {
        finish();
        if (!call.fresh.empty())
            for (int i = 0; i < calls; ++i) firsts.push_back(fresh_argument());
        if (call.uses == Uses::leaving)
            for (int i = 0; i < calls; ++i) backend.no_grad_begin();
    }

    void try_once(bool fails) {
        prepare(1);
        Args args = resolved(call.step, {}).args;
        if (!firsts.empty()) args[0] = firsts[0];
        const Outcome outcome = simple::call(backend, call.step.fn, args);
        if (call.uses == Uses::entering) ++entered;
        finish();
        demand(outcome, fails, call);
        const Type type = function(call.step.fn).result;
        if (type == Type::tensor || type == Type::tensor_opt) backend.free(outcome.integer);
        if (type == Type::tensor_array)
            for (const SplValue& item : outcome.items) backend.free(item.as_int);
    }

    void run(int calls) {
        repeat(calls, firsts.empty() ? nullptr : firsts.data());
        if (call.uses == Uses::entering) entered += calls;
    }
};

PreparedCall::PreparedCall(const Backend& backend, const TimedCall& call, bool fails)
    : state_(std::make_unique<State>(backend, call)) {
    State& s = *state_;
    for (const Step& step : call.before) {
        const Outcome outcome = s.operands.run(step);
        // Of a failing call a step may do the wrong thing on purpose: free what the call is then given.
        demand(outcome, false, call);
    }
    s.repeat = repeat(backend, call.step.fn, s.resolved(call.step, {}).args);
    s.try_once(fails);
}

PreparedCall::~PreparedCall() {
    if (state_) state_->finish();
}
PreparedCall::PreparedCall(PreparedCall&&) noexcept = default;

void PreparedCall::prepare(int calls) { state_->prepare(calls); }

void PreparedCall::run(int calls) { state_->run(calls); }

void PreparedCall::finish() { state_->finish(); }

}  // namespace simple::bench

#include "stubs/differential/lock_step.h"

#include <algorithm>
#include <sstream>

#include "ci/testkit/client.h"

namespace simple {
namespace {

template <typename T>
std::string differ(const char* what, const T& first, const T& second) {
    if (first == second) return "";
    std::ostringstream text;
    text << what << ": " << first << " against " << second;
    return text.str();
}

std::string joined(const std::vector<int64_t>& values) {
    std::string text = "[";
    for (const int64_t value : values) text += (text.size() > 1 ? ", " : "") + std::to_string(value);
    return text + "]";
}

std::vector<int64_t> ints(const Outcome& outcome) {
    std::vector<int64_t> values;
    for (const auto& item : outcome.items) values.push_back(item.tag == SPL_INT ? item.as_int : -1);
    return values;
}

bool has_gradient(const Backend& backend, int64_t handle) {
    const Tensor gradient(backend, backend.grad(handle));
    return static_cast<bool>(gradient);
}

// What view([-1]) ends with: whether the strides let all dims be one.
std::string flat_view(const Backend& backend, int64_t handle) {
    const Outcome outcome = call(backend, Fn::view, {handle, Array::ints({-1})});
    if (outcome.integer > 0) backend.free(outcome.integer);
    return outcome.ok() ? "a view" : "code " + std::to_string(outcome.code);
}

std::string code_of(const Outcome& outcome) {
    std::string text = "code " + std::to_string(outcome.code);
    return outcome.ok() ? text : text + " (" + outcome.message + ")";
}

// What a stub promises by itself, whatever the other backend does: what it says of itself (S1) and that its elements
// are zeros (S3).
std::string broken_alone(Fn fn, const Outcome& stub) {
    switch (fn) {
        case Fn::available: return differ("of a stub", static_cast<bool>(stub.integer), false);
        case Fn::version:
        case Fn::backend_name: return differ<std::string>("of a stub", stub.text, "stub");
        default: break;
    }
    const auto not_zero = [](const SplValue& item) { return item.tag == SPL_FLOAT && item.as_float != 0; };
    if (function(fn).result == Type::f64 && stub.number != 0)
        return "a stub's result is " + std::to_string(stub.number) + " and not 0";
    if (function(fn).result == Type::f64_array && std::any_of(stub.items.begin(), stub.items.end(), not_zero))
        return "a stub's elements are not zeros";
    return "";
}

bool touches_flags(Fn fn) {
    return fn == Fn::set_requires_grad || fn == Fn::backward || fn == Fn::zero_grad || fn == Fn::batch_norm;
}

bool tells_of_the_last(Fn fn) { return fn == Fn::last_error_code || fn == Fn::last_error_message; }

}  // namespace

LockStep::LockStep(const Backend& real, const Backend& stub, Before before)
    : first_(real),
      second_(stub),
      before_(before),
      live_before_{real.live_tensors(), stub.live_tensors()},
      real_(real),
      stub_(stub) {}

CallPair LockStep::pair_of(const Step& step, const Outcome& real, const Outcome& stub) const {
    CallPair pair{step, real, stub, true, false};
    const Function& row = function(step.fn);
    if (step.refs.empty() || step.refs.front().argument != 0 || step.refs.front().element >= 0) return pair;
    const Ref& ref = step.refs.front();
    const auto result = static_cast<size_t>(ref.result);
    if (result >= real_.handles(ref.step).size() || result >= stub_.handles(ref.step).size()) return pair;
    const int64_t first = real_.handles(ref.step)[result], second = stub_.handles(ref.step)[result];
    pair.both_require_grad = first_.requires_grad(first) && second_.requires_grad(second);
    const int64_t n = std::max<int64_t>(first_.ndim(first), 1);
    for (size_t i = 0; i < row.param_count; ++i) {
        if (row.params[i].role != Role::dim) continue;
        const int64_t dim = std::get<int64_t>(step.args[i]);
        pair.dims_in_range = pair.dims_in_range && dim >= -n && dim < n;
    }
    return pair;
}

Compared LockStep::run(const Step& step) {
    if (before_ == Before::failure && !tells_of_the_last(step.fn))
        for (const Backend* backend : {&first_, &second_}) backend->ndim(-1);
    const Outcome real = real_.run(step);
    const Outcome stub = stub_.run(step);
    Compared result;
    result.code = real.code;
    if (real.code != stub.code) {
        result.allowed = allowed(pair_of(step, real, stub));
        if (!result.allowed) result.difference = code_of(real) + " against " + code_of(stub);
        return result;
    }
    result.difference = compare(step, real, stub);
    return result;
}

std::string LockStep::compare(const Step& step, const Outcome& real, const Outcome& stub) {
    if (!real.ok()) {
        if (!is_sentinel(step.fn, real) || !is_sentinel(step.fn, stub)) return "a failed call returned no sentinel";
        if (real.message.empty() || stub.message.empty()) return "a failed call left no message";
        return compare_live();
    }
    std::string difference = differ("null", real.null, stub.null);
    if (difference.empty()) difference = differ("length", real.items.size(), stub.items.size());
    if (!difference.empty()) return difference;
    switch (function(step.fn).result) {
        case Type::tensor:
        case Type::tensor_opt:
        case Type::stream:
            difference = differ("handle given", real.integer > 0, stub.integer > 0);
            if (difference.empty() && real.integer > 0) difference = compare_tensors(real.integer, stub.integer);
            break;
        case Type::i64:
        case Type::i32:
        case Type::boolean:
            if (names_itself(step.fn) || step.fn == Fn::live_tensors) break;
            difference = differ("result", real.integer, stub.integer);
            break;
        case Type::i64_array: difference = differ("result", joined(ints(real)), joined(ints(stub))); break;
        case Type::tensor_array:
            for (size_t i = 0; i < real.items.size() && difference.empty(); ++i) {
                difference = compare_tensors(real.items[i].as_int, stub.items[i].as_int);
                if (!difference.empty()) difference = "piece " + std::to_string(i) + ", " + difference;
            }
            break;
        case Type::f64_array:
            for (size_t i = 0; i < real.items.size() && difference.empty(); ++i) {
                difference = differ("element tag", real.items[i].tag, stub.items[i].tag);
            }
            break;
        default: break;
    }
    if (difference.empty()) difference = broken_alone(step.fn, stub);
    if (difference.empty() && touches_flags(step.fn)) difference = compare_all_flags();
    return difference.empty() ? compare_live() : difference;
}

std::string LockStep::compare_tensors(int64_t real, int64_t stub) const {
    std::string difference = differ("shape", joined(shape(first_, real)), joined(shape(second_, stub)));
    if (difference.empty()) difference = differ("ndim", first_.ndim(real), second_.ndim(stub));
    if (difference.empty()) difference = differ("numel", first_.numel(real), second_.numel(stub));
    if (difference.empty()) difference = differ("dtype", first_.dtype(real), second_.dtype(stub));
    if (!first_.cuda_available()) {  // with CUDA devices are not compared (S4)
        if (difference.empty()) difference = differ("device", first_.device(real), second_.device(stub));
        if (difference.empty()) difference = differ("is_cuda", first_.is_cuda(real), second_.is_cuda(stub));
    }
    if (difference.empty()) difference = differ("view([-1])", flat_view(first_, real), flat_view(second_, stub));
    return difference.empty() ? compare_flags(real, stub) : difference;
}

std::string LockStep::compare_flags(int64_t real, int64_t stub) const {
    const std::string difference = differ("requires_grad", first_.requires_grad(real), second_.requires_grad(stub));
    if (!difference.empty()) return difference;
    return differ("gradient present", has_gradient(first_, real), has_gradient(second_, stub));
}

std::string LockStep::compare_all_flags() const {
    for (size_t step = 0; step < real_.steps(); ++step) {
        const auto& real = real_.handles(step);
        const auto& stub = stub_.handles(step);
        for (size_t i = 0; i < real.size(); ++i) {
            if (!real_.live(real[i])) continue;
            const std::string difference = compare_flags(real[i], stub[i]);
            if (!difference.empty()) return "result of step " + std::to_string(step) + ", " + difference;
        }
    }
    return "";
}

std::string LockStep::compare_live() const {
    return differ("live tensors", first_.live_tensors() - live_before_[0], second_.live_tensors() - live_before_[1]);
}

ProgramResult run_program(const Backend& real, const Backend& stub, const Program& program, Before before) {
    LockStep both(real, stub, before);
    ProgramResult result;
    for (size_t i = 0; i < program.size(); ++i) {
        const Compared compared = both.run(program[i]);
        result = {compared.difference, i, compared.code, compared.allowed};
        if (!compared.difference.empty() || compared.allowed) break;
    }
    return result;
}

std::string explain(const Backend& real, const Backend& stub, Program program, const ProgramResult& result,
                    Before before) {
    program.resize(result.at + 1);
    const Fn fn = program.back().fn;
    // Shrinking must not wander to another difference: the same function has to show it.
    program = shrunk(program, [&](const Program& candidate) {
        const ProgramResult again = run_program(real, stub, candidate, before);
        return !again.difference.empty() && candidate[again.at].fn == fn;
    });
    const ProgramResult small = run_program(real, stub, program, before);
    return std::string(function(fn).name) + ": " + small.difference +
           (before == Before::failure ? "\neach call comes right after one that failed, ndim(-1)" : "") +
           "\nshrunk to " + std::to_string(program.size()) + " calls:\n" + to_c_program(program);
}

}  // namespace simple

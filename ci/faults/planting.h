// What faulty functions are made of. Helpers that make a temporary tensor free it; a free succeeds and so leaves code
// 0, which is why failed calls are passed on before anything else is called.
#pragma once

#include <atomic>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "ci/faults/planted_fault.h"

namespace simple::planted {

// next(first) with first freed; first itself where it is no handle.
template <typename Next>
int64_t then(int64_t first, Next next) {
    if (first <= 0) return first;
    const int64_t result = next(first);
    if (result <= 0) return result;
    inner().free(first);
    return result;
}

bool is_tensor(int64_t handle);
std::vector<int64_t> dims_of(int64_t handle);
std::vector<int64_t> elements(const SplArray* array);
// An argument array with these INT elements, for the length of a full expression.
class Ints {
  public:
    explicit Ints(const std::vector<int64_t>& values);
    operator const SplArray*() const { return &array_; }

  private:
    std::vector<SplValue> items_;
    SplArray array_;
};

// The calling thread's code until its next call, whatever the backend says.
void leave_code(Code code);
int32_t left_code();  // -1: none
void leave_nothing();

// What was made on the CPU, where x is: itself, or in its place its copy there.
int64_t brought_to(int64_t x, int64_t made);

// Whether the calling thread is within no_grad. Leaves code 0.
bool is_within_no_grad();

// New handles, for `then`.
int64_t copied(int64_t x);        // a copy in the graph
int64_t aliased(int64_t x);       // the same storage, in the graph
int64_t detached(int64_t x);      // the same storage, cut from the graph
int64_t twice_graded(int64_t x);  // x, whose gradient is doubled
int64_t raised(int64_t x);        // one ULP away from 0, float tensors only
int64_t shifted(int64_t x);       // one more everywhere
int64_t strided(int64_t x);       // the same elements, a matrix column by column
// One more where is_off holds of the position in row-major order, in x's dtype and graph.
int64_t raised_where(int64_t x, const std::function<bool(int64_t)>& is_off);
int64_t cast(int64_t x, int32_t dtype);
// The elements as they are read back, and a tensor of these, with the dims, dtype and device of another.
std::vector<double> numbers_of(int64_t x);
int64_t tensor_of(const std::vector<double>& numbers, int64_t like);
// For `then`: x with each floating element changed; in a graph it stays as it is.
template <typename Change>
int64_t changed(int64_t x, Change change) {
    if (inner().dtype(x) == 3 || inner().requires_grad(x)) return aliased(x);
    std::vector<double> numbers = numbers_of(x);
    for (size_t i = 0; i < numbers.size(); ++i) numbers[i] = change(numbers[i], i);
    return tensor_of(numbers, x);
}
// A new number.
inline double one_more(double x) { return x + 1; }

// Sets x's elements to those of source, of the same count; x must be contiguous, floating and require no gradient.
void overwrite(int64_t x, int64_t source);

// Acts, for `before` and `on_code`.
void leak_tensor();
template <size_t N>
void leak_bytes() {
    void* volatile lost = std::malloc(N);
    static_cast<void>(lost);
}
void leak_file();
void leak_page();
void leak_thread();

// Plants nothing: what is wrong, or different, is elsewhere.
inline void nothing(Backend&) {}

// Plants: each makes a Backend's function F wrong.

// after<&Backend::exp, copied>: the result passes through Next; handles that Next replaces are freed.
template <auto Next, typename R>
R passed(R result) {
    if constexpr (std::is_invocable_v<decltype(Next), double> && std::is_floating_point_v<R>)
        return Next(result);
    else
        return then(result, Next);
}

template <auto F, auto Next, typename R, typename... A>
void plant_after(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R { return passed<Next>((inner().*F)(a...)); };
}
template <auto F, auto Next>
void after(Backend& to) {
    plant_after<F, Next>(to, F);
}

// every<&Backend::exp, 1000, shifted>: the result of each N-th call, over all threads, passes through Next.
bool is_turn(int n, int& count);
template <auto F, int N, auto Next, typename R, typename... A>
void plant_every(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        static int count = 0;
        const R result = (inner().*F)(a...);
        return is_turn(N, count) ? passed<Next>(result) : result;
    };
}
template <auto F, int N, auto Next>
void every(Backend& to) {
    plant_every<F, N, Next>(to, F);
}

// after_failure<&Backend::exp, shifted>: the result of a call that follows a failed one passes through Next.
template <auto F, auto Next, typename R, typename... A>
void plant_after_failure(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        static thread_local bool failed = false;
        const R result = (inner().*F)(a...);
        const bool spoiled = failed;
        failed = inner().last_error_code() != 0;
        return spoiled && !failed ? passed<Next>(result) : result;
    };
}
template <auto F, auto Next>
void after_failure(Backend& to) {
    plant_after_failure<F, Next>(to, F);
}

// before<&Backend::exp, act>: act is called first.
template <auto F, void (*Act)(), typename R, typename... A>
void plant_before(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        Act();
        return (inner().*F)(a...);
    };
}
template <auto F, void (*Act)()>
void before(Backend& to) {
    plant_before<F, Act>(to, F);
}

// Judge runs after each call, and sees the code that it left.
template <auto F, void (*Judge)(), typename R, typename... A>
void plant_judged(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        if constexpr (std::is_void_v<R>) {
            (inner().*F)(a...);
            Judge();
        } else {
            const R result = (inner().*F)(a...);
            Judge();
            return result;
        }
    };
}

// on_code<&Backend::exp, 5, act>: act is called after a call that ends with this code; the code stays.
template <int32_t C, void (*Act)()>
void act_on() {
    if (inner().last_error_code() != C) return;
    Act();
    leave_code(static_cast<Code>(C));
}
template <auto F, int32_t C, void (*Act)()>
void on_code(Backend& to) {
    plant_judged<F, act_on<C, Act>>(to, F);
}

// recode<&Backend::exp, 5, 2>: calls that end with code From report To; 0 stands for success.
template <int32_t From, int32_t To>
void report_instead() {
    if (inner().last_error_code() == From) leave_code(static_cast<Code>(To));
}
template <auto F, int32_t From, int32_t To>
void recode(Backend& to) {
    plant_judged<F, report_instead<From, To>>(to, F);
}

// sentinel<&Backend::sum, 0>: a failed call returns Wrong.
template <auto F, int Wrong, typename R, typename... A>
void plant_sentinel(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        const R result = (inner().*F)(a...);
        return inner().last_error_code() == 0 ? result : static_cast<R>(Wrong);
    };
}
template <auto F, int Wrong>
void sentinel(Backend& to) {
    plant_sentinel<F, Wrong>(to, F);
}

// racing<&Backend::exp>: the arguments lie in one place for all threads while the call runs.
template <typename Place, size_t... I, typename... A>
void place_all(Place& place, std::index_sequence<I...>, A... a) {
    ((std::get<I>(place) = a), ...);
}
template <auto F, typename R, typename... A>
void plant_racing(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        static std::tuple<std::atomic<A>...> place;
        place_all(place, std::index_sequence_for<A...>(), a...);
        std::this_thread::yield();
        return std::apply([](auto&... each) { return (inner().*F)(each.load()...); }, place);
    };
}
template <auto F>
void racing(Backend& to) {
    plant_racing<F>(to, F);
}

// sharing_flag<&Backend::view>: setting requires_grad on one of argument and result sets it on the other.
void note_flag_pair(int64_t argument, int64_t result);
void set_both_flags(int64_t handle, bool on);
template <auto F, typename... A>
void plant_sharing_flag(Backend& to, int64_t (*Backend::*)(int64_t, A...)) {
    to.*F = [](int64_t x, A... a) -> int64_t {
        const int64_t result = (inner().*F)(x, a...);
        if (result > 0) note_flag_pair(x, result);
        return result;
    };
    to.set_requires_grad = set_both_flags;
}
template <auto F>
void sharing_flag(Backend& to) {
    plant_sharing_flag<F>(to, F);
}

// throwing<&Backend::exp, 5>: what should end with this code leaves as an exception.
template <auto F, int32_t C, typename R, typename... A>
void plant_throwing(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        const R result = (inner().*F)(a...);
        if (inner().last_error_code() == C) throw std::runtime_error("an exception that crosses the boundary");
        return result;
    };
}
template <auto F, int32_t C>
void throwing(Backend& to) {
    plant_throwing<F, C>(to, F);
}

}  // namespace simple::planted

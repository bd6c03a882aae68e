// Faults that show in some calls only: large ones, strided ones, the second one, one beside another thread.
#pragma once

#include "ci/faults/planting.h"

namespace simple::planted {

// One successful call of a function, and what stood around it.
struct Met {
    int64_t first = 0, second = 0;  // its first two tensor arguments, or those of its list; 0 where it has none
    int64_t result = 0;             // a handle; 0 where it gives something else
    int64_t number = 0;             // which successful call of the function in this process it is, from 1
    int32_t before = 0;             // the code that this thread's call before left
    bool other_thread = false;      // than that of the function's first call
};

// Conditions. What they call succeeds, or is cleared.
template <int64_t N>
bool over(const Met& met) {
    return inner().numel(met.result) > N;
}
template <int64_t N>
bool of_over(const Met& met) {
    return inner().numel(met.first) > N;
}
template <int64_t N>
bool only_call(const Met& met) {
    return met.number == N;
}
template <int64_t N>
bool each(const Met& met) {
    return met.number % N == 0;
}
template <int64_t N>
bool at_least_dims(const Met& met) {
    return inner().ndim(met.result) >= N;
}
bool has_tail(const Met& met);    // the result's elements fill no whole number of registers of 8, and at least one
bool of_strided(const Met& met);  // the first argument is not row-major contiguous
bool of_int64(const Met& met);    // the first argument's dtype
bool of_twice(const Met& met);    // both arguments are the same handle
bool after_code(const Met& met);  // the call before failed, whatever it was
bool beside(const Met& met);      // on another thread than the first

// Whether the contract leaves the elements of what it gives open.
bool has_open_elements(Fn fn);

// New handles, for `then`.
int64_t last_element_off(int64_t x);    // one more there
int64_t other_last_element(int64_t x);  // also where one more would be the same
int64_t last_row_off(int64_t x);
int64_t last_column_off(int64_t x);
int64_t without_negative_zero(int64_t x);
int64_t through_float64(int64_t x);  // int64 tensors alone
int64_t through_float32(int64_t x);
int64_t widened(int64_t x);      // float64
int64_t narrowed(int64_t x);     // float32
int64_t with_dim(int64_t x);     // one more dim, of size 1
int64_t flat(int64_t x);         // all dims in one
int64_t doubled_row(int64_t x);  // its first dim twice as long
int64_t flagged(int64_t x);      // requires grad, where it may

// A number that no tolerance takes for this one.
double other_number(double x);

inline int64_t handle_of(int64_t argument) { return argument; }
inline int64_t handle_of(const SplArray* list) {
    return list && list->items && list->len > 0 ? list->items[0].as_int : 0;
}
template <typename T>
int64_t handle_of(T) {
    return 0;
}
template <typename... A>
std::pair<int64_t, int64_t> first_two(A... a) {
    if constexpr (sizeof...(A) == 0) {
        return {0, 0};
    } else {
        const auto all = std::make_tuple(a...);
        if constexpr (std::is_same_v<std::tuple_element_t<0, std::tuple<A...>>, const SplArray*>) {
            const SplArray* list = std::get<0>(all);
            return {handle_of(list), list && list->items && list->len > 1 ? list->items[1].as_int : 0};
        } else if constexpr (sizeof...(A) > 1) {
            return {handle_of(std::get<0>(all)), handle_of(std::get<1>(all))};
        } else {
            return {handle_of(std::get<0>(all)), 0};
        }
    }
}

// where<&Backend::exp, over<100>, shifted>: the result of a call of which When holds passes through Next.
template <auto F, bool (*When)(const Met&), auto Next, typename R, typename... A>
void plant_where(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        static std::atomic<int64_t> calls{0};
        static const std::thread::id first_thread = std::this_thread::get_id();
        Met met;
        met.before = inner().last_error_code();
        met.other_thread = std::this_thread::get_id() != first_thread;
        std::tie(met.first, met.second) = first_two(a...);
        const R result = (inner().*F)(a...);
        if (inner().last_error_code() != 0) return result;
        met.number = ++calls;
        if constexpr (std::is_same_v<R, int64_t>) met.result = result;
        if (!When(met)) return result;
        if constexpr (std::is_same_v<R, int64_t>)
            return then(result, Next);
        else
            return Next(result);
    };
}
template <auto F, bool (*When)(const Met&), auto Next>
void where(Backend& to) {
    plant_where<F, When, Next>(to, F);
}

// A transposed matrix as if its elements lay row by row: a new handle, or x itself where it is no such matrix.
int64_t in_storage_order(int64_t x);

// misreading<&Backend::exp>: the first argument is read in the order in which its elements lie.
template <auto F, typename R, typename... A>
void plant_misreading(Backend& to, R (*Backend::*)(int64_t, A...)) {
    to.*F = [](int64_t x, A... a) -> R {
        const int64_t read = in_storage_order(x);
        const R result = (inner().*F)(read, a...);
        if (read == x) return result;
        const int32_t code = inner().last_error_code();
        inner().free(read);
        if (code != 0) leave_code(static_cast<Code>(code));
        return result;
    };
}
template <auto F>
void misreading(Backend& to) {
    plant_misreading<F>(to, F);
}

// once<act>: acts the first time that it is called.
template <void (*Act)()>
void once() {
    static std::atomic<bool> done{false};
    if (!done.exchange(true)) Act();
}

}  // namespace simple::planted

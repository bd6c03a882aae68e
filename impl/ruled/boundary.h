// The boundary of a backend made of the shape rules: handles to tensors, faults to codes.
#pragma once

#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "impl/abi/rt_torch.h"
#include "impl/errors/can_throw.h"
#include "impl/errors/error.h"
#include "impl/handles/slot_map.h"
#include "impl/ruled/tensor.h"
#include "impl/spl/build.h"
#include "impl/spl/read.h"

namespace simple::ruled {

struct Stream {};  // there are none without CUDA
using Handles = SlotMap<Tensor, Stream>;
using Pinned = Handles::Pin<Tensor>;

inline Handles& handles() { return Handles::instance(); }

[[noreturn]] void refuse_tensor(Fn fn, size_t k, int64_t handle);
[[noreturn]] void refuse_stream(int64_t handle);
[[noreturn]] void refuse_cuda();

// The k-th tensor argument of fn.
inline Pinned tensor(Fn fn, int64_t handle, size_t k = 0) {
    Pinned pin = handles().pin<Tensor>(handle);
    if (!pin) refuse_tensor(fn, k, handle);
    return pin;
}

// One that may be 0.
struct Optional {
    Pinned pin;
    Optional(Fn fn, int64_t handle, size_t k) : pin(handle == 0 ? Pinned() : tensor(fn, handle, k)) {}
    const Tensor* get() const { return pin ? &*pin : nullptr; }
    const Meta* meta() const { return pin ? &pin->meta : nullptr; }
};

void record_failure(Fn fn) noexcept;

// Runs body and gives its result, or the sentinel and the calling thread's code (E2, E5). What cannot fail is noexcept:
// it needs no memory on a thread that calls for the first time.
template <typename Result, typename Body>
Result call(Fn fn, Result sentinel, Body&& body) noexcept {
    if constexpr (!std::is_nothrow_invocable_v<Body>) {
        if (!can_throw()) {
            last_error::set(fn, Code::memory, "out of memory");
            return sentinel;
        }
    }
    try {
        [[maybe_unused]] const Elements::Turn turn{};
        Result result = body();
        last_error::clear();
        return result;
    } catch (...) {
        record_failure(fn);
        return sentinel;
    }
}

template <typename Body>
void void_call(Fn fn, Body&& body) noexcept {
    call(fn, 0, [&]() noexcept(noexcept(body())) {
        body();
        return 0;
    });
}

// A handle that is freed, without call(): where memory is out, a thread's first call may free. refuse says that it was
// none.
template <typename Object>
void give_back(Fn fn, int64_t handle, void (*refuse)(int64_t handle)) noexcept {
    [[maybe_unused]] const Elements::Turn turn{};
    if (handle == 0 || handles().free<Object>(handle)) return last_error::clear();
    const auto judge = [](const last_error::Numbers& n) { reinterpret_cast<void (*)(int64_t)>(n[1])(n[0]); };
    last_error::set_judged(fn, Code::handle, judge, {handle, reinterpret_cast<intptr_t>(refuse)});
}

// body gives a Tensor, which becomes a handle.
template <typename Body>
int64_t tensor_call(Fn fn, Body&& body) noexcept {
    return call(fn, int64_t{0}, [&] { return handles().insert_made<Tensor>(body); });
}

// body gives an array, or tensors, which become one of handles: all or none are given out.
template <typename Body>
SplArray* array_call(Fn fn, Body&& body) noexcept {
    return call(fn, static_cast<SplArray*>(nullptr), body);
}
SplArray* handle_array(std::vector<Tensor> tensors);

// What body says of the tensor.
template <typename Result, typename Body>
Result query(Fn fn, int64_t handle, Result sentinel, Body&& body) noexcept {
    return call(fn, sentinel, [&] {
        const Pinned x = tensor(fn, handle);
        return body(*x);
    });
}

// A number of one tensor, which check judges.
template <typename Check>
double number(Fn fn, int64_t handle, Check check) noexcept {
    return query(fn, handle, std::numeric_limits<double>::quiet_NaN(), [&](const Tensor& x) {
        check(x.meta);
        return Elements::number(fn, {&x});
    });
}

// A tensor of one tensor.
template <typename Make>
int64_t made_of(Fn fn, int64_t handle, Make make) noexcept {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(fn, handle);
        return make(*x);
    });
}

// Computed, with the Meta that the rule gives.
template <typename Rule>
int64_t unary(Fn fn, int64_t handle, Rule rule, const Parameters& parameters = {}) noexcept {
    return made_of(fn, handle, [&](const Tensor& x) { return computed(fn, {&x}, parameters, rule(x.meta)); });
}

// The same of two tensors.
template <typename Rule>
int64_t binary(Fn fn, int64_t a, int64_t b, Rule rule, const Parameters& parameters = {}) noexcept {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(fn, a), y = tensor(fn, b, 1);
        return computed(fn, {&*x, &*y}, parameters, rule(x->meta, y->meta));
    });
}

}  // namespace simple::ruled

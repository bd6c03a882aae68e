// Every entry point of the LibTorch backend runs in call(): it keeps exceptions inside, sets the calling thread's code,
// turns a tensor into a handle, and gives the sentinel when the call failed (promises E1 to E6).
#pragma once

#include <ATen/ATen.h>
#include <c10/core/Stream.h>

#include <atomic>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>

#include "impl/errors/error.h"
#include "impl/handles/slot_map.h"
#include "impl/spl/build.h"

// Marks an entry point. Definitions inside a namespace do not take over the header's visibility.
#define RT_TORCH_API extern "C" __attribute__((visibility("default")))

namespace simple::torch_backend {

// Streams are few, and larger than a tensor's pointer: boxed, they cost a tensor's slot nothing.
using Stream = std::unique_ptr<c10::Stream>;
using Handles = SlotMap<at::Tensor, Stream>;
using PinnedTensor = Handles::Pin<at::Tensor>;
using PinnedStream = Handles::Pin<Stream>;

inline Handles& handles() { return Handles::instance(); }

// Thrown in the caller's own frame, as fail() does.
[[noreturn, gnu::always_inline]] inline void fail_handle(int64_t handle, const char* parameter, const char* kind) {
    throw BadHandle{handle, parameter, kind};
}
// The same as the calling thread's failure, without a throw. The words are literals.
void refuse_handle(Fn fn, int64_t handle, const char* parameter, const char* kind = "tensor") noexcept;

[[gnu::always_inline]] inline PinnedTensor pinned(int64_t handle, const char* parameter = "handle") {
    PinnedTensor pin = handles().pin<at::Tensor>(handle);
    if (__builtin_expect(!pin, 0)) fail_handle(handle, parameter, "tensor");
    return pin;
}

// Of an optional tensor 0 is none: an empty pin.
inline PinnedTensor pinned_or_none(int64_t handle, const char* parameter) {
    return handle == 0 ? PinnedTensor() : pinned(handle, parameter);
}

// A freed handle, without LibTorch's preparations: where memory is out, a thread's first call may free.
template <typename Object>
void give_back(Fn fn, int64_t handle, const char* kind) noexcept {
    if (__builtin_expect(handles().free<Object>(handle) || handle == 0, 1)) return last_error::clear();
    refuse_handle(fn, handle, "handle", kind);
}

inline int64_t hand_out(at::Tensor&& tensor) { return handles().insert(std::move(tensor)); }

// What LibTorch wants of a thread before its first call, and before the next one where set_num_threads was called
// since; see call.cpp. t_prepared is 0 at first and else what g_threads_set was then, which is never 0. Once exit has
// destroyed LibTorch no thread is prepared any more, and fn fails unless it reads what is there. False where fn has
// failed, which is then the thread's code: without a throw, which the thread may have no memory for.
bool prepare_thread(Fn fn) noexcept;
SIMPLE_FAST_TLS extern __thread uint64_t t_prepared;
extern std::atomic<uint64_t> g_threads_set;

// Maps the exception being handled to the calling thread's code and message. judge, given context, asks the shape rules
// about the same arguments: what they throw names the error.
void report(Fn fn, void (*judge)(void*), void* context) noexcept;

template <typename Result>
Result sentinel() {
    if constexpr (std::is_same_v<Result, double>)
        return std::numeric_limits<double>::quiet_NaN();
    else if constexpr (std::is_same_v<Result, int32_t>)
        return -1;
    else if constexpr (!std::is_void_v<Result>)
        return Result{};  // handle 0, array NULL, false
}

// An i64 that counts, whose sentinel is -1; a plain int64_t is a handle.
struct Count {
    int64_t value;
};
template <>
inline Count sentinel<Count>() {
    return {-1};
}

struct NoJudge {
    void operator()() const {}
};

// judge runs only when body threw something of LibTorch's.
template <typename Body, typename Judge = NoJudge>
auto call(Fn fn, Body&& body, Judge&& judge = {}) noexcept {
    using Given = decltype(body());
    using Result = std::conditional_t<std::is_same_v<Given, at::Tensor>, int64_t, Given>;
    try {
        if (__builtin_expect(t_prepared != g_threads_set.load(std::memory_order_relaxed), 0) && !prepare_thread(fn))
            return sentinel<Result>();
        if constexpr (std::is_void_v<Result>) {
            body();
            last_error::clear();
            return;
        } else if constexpr (std::is_same_v<Given, at::Tensor>) {
            const int64_t handle = hand_out(body());
            last_error::clear();
            return handle;
        } else {
            Result result = body();
            last_error::clear();
            return result;
        }
    } catch (const BadHandle& bad) {
        refuse_handle(fn, bad.handle, bad.parameter, bad.kind);
        return sentinel<Result>();
    } catch (const Fault& fault) {
        last_error::set(fn, fault);  // known: thrown again, as report would do, it costs 5 µs more
        return sentinel<Result>();
    } catch (...) {
        using Plain = std::remove_reference_t<Judge>;
        report(
            fn, [](void* context) { (*static_cast<Plain*>(context))(); },
            const_cast<void*>(static_cast<const void*>(&judge)));
        return sentinel<Result>();
    }
}

}  // namespace simple::torch_backend

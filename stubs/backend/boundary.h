// The stub's boundary: handles to tensors, faults to codes, and placeholders for elements.
#pragma once

#include <limits>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

#include "impl/abi/rt_torch.h"
#include "impl/errors/error.h"
#include "impl/handles/slot_map.h"
#include "impl/spl/build.h"
#include "impl/spl/read.h"
#include "stubs/backend/tensor.h"

namespace simple::stub {

struct Stream {};  // there are none without CUDA
using Handles = SlotMap<Tensor, Stream>;
using Pinned = Handles::Pin<Tensor>;

inline Handles& handles() { return Handles::instance(); }

[[noreturn]] void refuse_handle(int64_t handle, const char* parameter);
[[noreturn]] void refuse_cuda();

inline Pinned tensor(int64_t handle, const char* parameter = "handle") {
    Pinned pin = handles().pin<Tensor>(handle);
    if (!pin) refuse_handle(handle, parameter);
    return pin;
}

// An argument that may be 0.
struct Optional {
    Pinned pin;
    Optional(int64_t handle, const char* parameter) : pin(handle == 0 ? Pinned() : tensor(handle, parameter)) {}
    const Tensor* get() const { return pin ? &*pin : nullptr; }
    const Meta* meta() const { return pin ? &pin->meta : nullptr; }
};

void record_failure(Fn fn) noexcept;

// Runs body and gives its result, or the sentinel and the calling thread's code (E2, E5).
template <typename Result, typename Body>
Result call(Fn fn, Result sentinel, Body&& body) noexcept {
    try {
        Result result = body();
        last_error::clear();
        return result;
    } catch (...) {
        record_failure(fn);
        return sentinel;
    }
}

template <typename Body>
int64_t tensor_call(Fn fn, Body&& body) noexcept {
    return call(fn, int64_t{0}, [&] { return handles().insert_made<Tensor>(body); });
}

template <typename Body>
void void_call(Fn fn, Body&& body) noexcept {
    call(fn, 0, [&] {
        body();
        return 0;
    });
}

// A number is 0 once its arguments have been judged (S3).
template <typename Body>
double number_call(Fn fn, Body&& body) noexcept {
    return call(fn, std::numeric_limits<double>::quiet_NaN(), [&] {
        body();
        return 0.0;
    });
}

SplArray* handle_array(std::vector<Tensor> tensors);  // all or none are given out

// The result of one tensor that the rule judges.
template <typename Rule>
int64_t unary_call(Fn fn, int64_t handle, Rule rule, bool saves = true) noexcept {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(handle);
        return computed(rule(x->meta), {&*x}, saves);
    });
}

// The result of two tensors.
template <typename Rule>
int64_t binary_call(Fn fn, int64_t a, const char* name_a, int64_t b, const char* name_b, Rule rule,
                    bool saves = true) noexcept {
    return tensor_call(fn, [&] {
        const Pinned x = tensor(a, name_a), y = tensor(b, name_b);
        return computed(rule(x->meta, y->meta), {&*x, &*y}, saves);
    });
}

}  // namespace simple::stub

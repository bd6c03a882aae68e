// The C boundary: handles to tensors, faults to codes. One call runs at a time; the reference is for reading, not
// speed.
#pragma once

#include <initializer_list>
#include <limits>
#include <mutex>
#include <new>
#include <stdexcept>
#include <vector>

#include "golden/reference/tensor.h"
#include "impl/abi/rt_torch.h"
#include "impl/errors/error.h"
#include "impl/handles/slot_map.h"
#include "impl/spl/build.h"
#include "impl/spl/read.h"

namespace simple::reference {

struct Stream {};  // there are none without CUDA
using Handles = SlotMap<Tensor, Stream>;
using Pinned = Handles::Pin<Tensor>;

std::mutex& one_call();

// Runs body and gives its result, or the sentinel and the calling thread's code (E2, E5).
template <class Result, class Body>
Result guarded(Fn fn, Result sentinel, Body body) noexcept {
    try {
        const std::lock_guard<std::mutex> lock(one_call());
        Result result = body();
        last_error::clear();
        return result;
    } catch (const Fault& fault) {
        last_error::set(fn, fault);
    } catch (const std::bad_alloc&) {
        last_error::set(fn, Code::memory, "out of memory");
    } catch (const std::length_error&) {  // what std::vector throws for more elements than there are addresses
        last_error::set(fn, Code::memory, "out of memory");
    } catch (const std::exception& error) {
        last_error::set(fn, Code::other, error.what());
    }
    return sentinel;
}

template <class Body>
void guarded_void(Fn fn, Body body) noexcept {
    guarded(fn, 0, [&] {
        body();
        return 0;
    });
}

template <class Body>
double guarded_number(Fn fn, Body body) noexcept {
    return guarded(fn, std::numeric_limits<double>::quiet_NaN(), body);
}

// body gives a Tensor, which becomes a handle.
template <class Body>
int64_t guarded_tensor(Fn fn, Body body) noexcept {
    return guarded(fn, int64_t{0}, [&] { return Handles::instance().insert(Tensor(body())); });
}

// body gives tensors, which become an array of handles.
SplArray* array_of(std::vector<Tensor> tensors);

Pinned tensor(int64_t handle, const char* parameter = "handle");
// An argument that may be 0.
struct Optional {
    Pinned pin;
    Optional(int64_t handle, const char* parameter) : pin(handle == 0 ? Pinned() : tensor(handle, parameter)) {}
    const Tensor* get() const { return pin ? &*pin : nullptr; }
    const Meta* meta() const { return pin ? &pin->meta : nullptr; }
};
void check_stream(int64_t handle, const char* parameter);
[[noreturn]] void fail_without_cuda();

// Scalar parameters as the caller has them: Parameters take memory, which may be out, so they are made in a guarded
// body.
struct Scalars {
    std::initializer_list<int64_t> integers;
    std::initializer_list<double> numbers;
};

// fn of one tensor, the rule given its Meta.
template <class Rule>
int64_t unary_call(Fn fn, int64_t handle, Scalars scalars, Rule rule) noexcept {
    return guarded_tensor(fn, [&] {
        const Pinned x = tensor(handle);
        return compute(fn, {&*x}, {scalars.integers, scalars.numbers, {}}, {rule(x->meta)})[0];
    });
}

// fn of two tensors, which are named in faults.
template <class Rule>
int64_t binary_call(Fn fn, int64_t a, const char* a_name, int64_t b, const char* b_name, Rule rule) noexcept {
    return guarded_tensor(fn, [&] {
        const Pinned x = tensor(a, a_name), y = tensor(b, b_name);
        return compute(fn, {&*x, &*y}, {}, {rule(x->meta, y->meta)})[0];
    });
}

// A view of one tensor.
template <class Rule>
int64_t view_call(Fn fn, int64_t handle, Rule rule) noexcept {
    return guarded_tensor(fn, [&] {
        const Pinned x = tensor(handle);
        return view(*x, rule(x->meta));
    });
}

}  // namespace simple::reference

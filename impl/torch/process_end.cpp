#include "impl/torch/process_end.h"

#include <atomic>
#include <new>

#include "impl/errors/error.h"

// The C library's, of which atexit is made: it hands the function an argument.
// NOLINTBEGIN(bugprone-reserved-identifier): the C library's names
extern "C" int __cxa_atexit(void (*function)(void*), void* object, void* library);
extern void* __dso_handle;
// NOLINTEND(bugprone-reserved-identifier)

namespace simple::torch_backend {
namespace {

enum class State : unsigned char {
    unused,
    in_use,
    ended
};
std::atomic<State> g_states[static_cast<int>(Part::count)];

void end(void* state) { static_cast<std::atomic<State>*>(state)->store(State::ended); }

}  // namespace

// exit calls what was registered in the reverse order. A part's first use registers this right before LibTorch
// registers the destructors of what it makes: no handler of the host's comes between.
bool has_ended(Part part) {
    std::atomic<State>& state = g_states[static_cast<int>(part)];
    State before = state.load(std::memory_order_relaxed);
    if (__builtin_expect(before != State::unused, 1)) return before == State::ended;
    // Twice where two threads are the first.
    if (__cxa_atexit(end, &state, &__dso_handle) != 0) throw std::bad_alloc();
    state.compare_exchange_strong(before, State::in_use);
    return false;
}

void demand(Part part) {
    if (__builtin_expect(has_ended(part), 0))
        fail(Code::other, "what LibTorch made for the first such call has ended with the process");
}

}  // namespace simple::torch_backend

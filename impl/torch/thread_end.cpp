#include "impl/torch/thread_end.h"

#include <cstddef>
#include <new>

#include "impl/errors/can_throw.h"
#include "impl/errors/error.h"
#include "impl/errors/fast_tls.h"

// The C library's, of which a thread_local with a destructor is made. None of ours has one (what it destroys is gone
// while calls go on); this destroys nothing.
// NOLINTBEGIN(bugprone-reserved-identifier): the C library's names
extern "C" int __cxa_thread_atexit_impl(void (*function)(void*), void* object, void* library);
extern void* __dso_handle;
// NOLINTEND(bugprone-reserved-identifier)

namespace simple::torch_backend {
namespace {

SIMPLE_FAST_TLS __thread bool t_noted = false, t_gone = false;

}  // namespace

void note_end_of_thread() {
    __cxa_thread_atexit_impl([](void*) { t_gone = true; }, nullptr, &__dso_handle);
}

void demand_locals() {
    if (t_gone) fail(Code::other, "the thread is ending, and what LibTorch kept for it is gone");
    if (__builtin_expect(t_noted, 1)) return;
    // The C library ends the process where it cannot note a destructor.
    constexpr size_t kNotes = 65536;
    if (!has_memory(kNotes)) throw std::bad_alloc();
    t_noted = true;
    // Destructors run in the reverse order: this one right behind those of what the call makes.
    note_end_of_thread();
}

}  // namespace simple::torch_backend

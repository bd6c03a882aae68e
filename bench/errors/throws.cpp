#include "bench/errors/throws.h"

#include <dlfcn.h>

#include <cstring>
#include <typeinfo>

#include "impl/errors/error.h"

namespace simple::bench {
namespace {

thread_local Throws t_throws;

template <typename Function>
Function real(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

}  // namespace

Throws take_throws() noexcept {
    const Throws since = t_throws;
    t_throws = {};
    return since;
}

}  // namespace simple::bench

using namespace simple;
using namespace simple::bench;

// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" [[noreturn, gnu::visibility("default")]] void __cxa_throw(void* thrown, void* type, void (*end)(void*)) {
    using Throw = void (*)(void*, void*, void (*)(void*));
    static const auto next = real<Throw>("__cxa_throw");
    ++t_throws.all;
    // By name: the library's own type is another one than this program's of the same name.
    const char* name = static_cast<const std::type_info*>(type)->name();
    if (std::strcmp(name, typeid(Fault).name()) != 0 && std::strcmp(name, typeid(BadHandle).name()) != 0)
        ++t_throws.others;
    next(thrown, type, end);
    __builtin_unreachable();
}

// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" [[noreturn, gnu::visibility("default")]] void __cxa_rethrow() {
    static const auto next = real<void (*)()>("__cxa_rethrow");
    ++t_throws.all;
    next();
    __builtin_unreachable();
}

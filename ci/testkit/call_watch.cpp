#include "ci/testkit/call_watch.h"

#include <array>

#include "ci/testkit/stand_in.h"

namespace simple {
namespace {

CallWatch* g_watch = nullptr;
Backend g_watched;
// Threads that a case starts come and go inside of calls of their own: they would overwrite what is asked for.
thread_local bool t_watched = false;
std::array<bool, kFunctionCount> g_given_up{};

class Inside {
  public:
    explicit Inside(Fn fn) {
        if (t_watched) g_watch->inside.store(watched(fn), std::memory_order_relaxed);
    }
    ~Inside() {
        if (t_watched) g_watch->inside.store(0, std::memory_order_relaxed);
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
};

}  // namespace

void watch_calls(Backend& backend, CallWatch& watch) {
    g_watch = &watch;
    t_watched = true;
    g_watched = backend;
#define RT_FUNCTION(name, symbol, set, category, result, c_result, ...)              \
    if (backend.name)                                                                \
        backend.name = [](auto... arguments) -> c_result {                           \
            if (g_given_up[static_cast<size_t>(Fn::name)]) {                         \
                g_watch->given_up = watched(Fn::name);                               \
                return call_nothing<c_result>("given up, and not called: " #symbol); \
            }                                                                        \
            const Inside inside(Fn::name);                                           \
            return g_watched.name(arguments...);                                     \
        };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
}

void give_up(const std::string& function) {
    if (const Function* row = find_function(function)) g_given_up[static_cast<size_t>(row->id)] = true;
}

}  // namespace simple

#include "bench/instructions/target/watched_backend.h"

#include <valgrind/callgrind.h>

#include <type_traits>
#include <vector>

namespace simple::bench {
namespace {

const Backend* g_real = nullptr;
const Fn* g_watched = nullptr;
bool g_later = false;
std::vector<int64_t> g_freed_later;

template <auto member, Fn fn, typename Pointer>
struct Watched;

template <auto member, Fn fn, typename Result, typename... Params>
struct Watched<member, fn, Result (*)(Params...)> {
    static Result call(Params... params) {
        const auto function = g_real->*member;
        if constexpr (fn == Fn::free)
            if (g_later && *g_watched != fn) return g_freed_later.push_back(params...);
        if (!g_watched || *g_watched != fn || g_later) return function(params...);
        CALLGRIND_TOGGLE_COLLECT;
        if constexpr (std::is_void_v<Result>) {
            function(params...);
            CALLGRIND_TOGGLE_COLLECT;
        } else {
            const Result result = function(params...);
            CALLGRIND_TOGGLE_COLLECT;
            return result;
        }
    }
};

}  // namespace

Backend watched(const Backend& real) {
    g_real = &real;
    Backend result = real;
#define RT_FUNCTION(name, ...) \
    if (real.name) result.name = Watched<&Backend::name, Fn::name, decltype(Backend::name)>::call;
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return result;
}

Watch::Watch(Fn fn, bool later) {
    static Fn watched_one;
    watched_one = fn;
    g_watched = &watched_one;
    g_later = later;
    g_freed_later.reserve(1000);
}

Watch::~Watch() {
    g_watched = nullptr;
    g_later = false;
    for (const int64_t handle : g_freed_later) g_real->free(handle);
    g_freed_later.clear();
}

}  // namespace simple::bench

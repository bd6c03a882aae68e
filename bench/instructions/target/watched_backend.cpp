#include "bench/instructions/target/watched_backend.h"

#include <valgrind/callgrind.h>

#include <type_traits>

namespace simple::bench {
namespace {

const Backend* g_real = nullptr;
const Fn* g_watched = nullptr;

template <auto member, Fn fn, typename Pointer>
struct Watched;

template <auto member, Fn fn, typename Result, typename... Params>
struct Watched<member, fn, Result (*)(Params...)> {
    static Result call(Params... params) {
        const auto function = g_real->*member;
        if (!g_watched || *g_watched != fn) return function(params...);
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

Watch::Watch(Fn fn) {
    static Fn watched_one;
    watched_one = fn;
    g_watched = &watched_one;
}

Watch::~Watch() { g_watched = nullptr; }

}  // namespace simple::bench

#include "bench/instructions/target/watched_backend.h"

#include <valgrind/callgrind.h>

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace simple::bench {
namespace {

const Backend* g_real = nullptr;
const Fn* g_watched = nullptr;
bool g_later = false;
std::vector<int64_t> g_freed_later;

// A call's argument arrays, in the program's own data, which is below every heap. Who copies elements several at a time
// asks first whether source and result overlap, which takes longer in the one order of their addresses than in the
// other, so that with arrays on the heap a count depended on what else lay there.
constexpr size_t kMostArrays = 4, kMostItems = size_t{1} << 16;  // a from_data of a training step takes 50,176
SplArray g_arrays[kMostArrays];
SplValue g_items[kMostItems];
size_t g_array_count = 0, g_item_count = 0;

template <typename T>
T placed(T argument) {
    return argument;
}

// Damaged ones are passed on damaged: only `items` and what they point to move.
const SplArray* placed(const SplArray* array) {
    if (!array) return nullptr;
    const size_t items = array->items ? static_cast<size_t>(array->cap) : 0;
    if (g_array_count == kMostArrays || items > kMostItems - g_item_count)
        throw std::length_error("the argument arrays of a call are longer than there is room for");
    SplArray& result = g_arrays[g_array_count++] = *array;
    if (items > 0) result.items = std::copy_n(array->items, items, g_items + g_item_count) - items;
    g_item_count += items;
    return &result;
}

template <auto member, Fn fn, typename Pointer>
struct Watched;

template <auto member, Fn fn, typename Result, typename... Params>
struct Watched<member, fn, Result (*)(Params...)> {
    static Result call(Params... params) {
        const auto function = g_real->*member;
        if constexpr (fn == Fn::free)
            if (g_later && *g_watched != fn) return g_freed_later.push_back(params...);
        if (!g_watched || *g_watched != fn) return function(params...);
        g_array_count = g_item_count = 0;
        ((params = placed(params)), ...);
        if (g_later) return function(params...);
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

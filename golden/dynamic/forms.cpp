#include "golden/dynamic/forms.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <set>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace simple::golden {
namespace {

constexpr size_t kMostParameters = 10, kMostArrays = 3, kMostLength = 4;
constexpr const char* kShapeDim = "rt_torch_torchtensor_shape_dim";

// A call's arguments as integers.
struct Integers {
    std::array<int64_t, kMostParameters> values{};
    std::array<size_t, kMostArrays> lengths{};  // of its arrays
    size_t count = 0, arrays = 0;
    bool fit = true;

    void add(int64_t value) {
        fit = fit && count < kMostParameters;
        if (fit) values[count++] = value;
    }
    void add(int32_t value) { add(int64_t{value}); }
    // Anything but zero is true.
    void add(bool value) { add(value ? INT64_MIN : 0); }
    void add(double value) {
        int64_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        add(bits);
    }
    void add(const SplArray* array) {
        fit = fit && array && array->items && array->len >= 0 && arrays < kMostArrays;
        for (int64_t i = 0; fit && i < array->len; ++i) {
            fit = array->items[i].tag == SPL_INT;
            if (fit) add(array->items[i].as_int);
        }
        if (fit) lengths[arrays++] = static_cast<size_t>(array->len);
    }
};

// Where a function's forms are: null where there is none.
struct Addresses {
    void* flat = nullptr;                            // of a function without arrays
    std::array<void*, kMostLength + 1> by_length{};  // of one with an array
    void* pairs = nullptr;                           // of one with several

    void* of(const Integers& integers) const {
        if (!integers.fit) return nullptr;
        if (integers.arrays == 0) return flat;
        const auto begin = integers.lengths.begin();
        if (integers.arrays == 1) return *begin <= kMostLength ? by_length[*begin] : nullptr;
        const bool all_pairs = std::all_of(begin, begin + integers.arrays, [](size_t n) { return n == 2; });
        return all_pairs ? pairs : nullptr;
    }
};

Backend g_core;
std::array<Addresses, kFunctionCount> g_addresses;
int64_t (*g_shape_dim)(int64_t, int64_t) = nullptr;
std::array<std::atomic<int64_t>, kFunctionCount> g_calls{};

void count_call(Fn fn) { g_calls[static_cast<size_t>(fn)].fetch_add(1, std::memory_order_relaxed); }

template <size_t... I>
int64_t call_with(void* form, const Integers& integers, std::index_sequence<I...>) {
    return reinterpret_cast<int64_t (*)(decltype(static_cast<void>(I), int64_t{})...)>(form)(integers.values[I]...);
}

template <size_t N = kMostParameters>
int64_t call_form(void* form, const Integers& integers) {
    if (integers.count == N) return call_with(form, integers, std::make_index_sequence<N>());
    if constexpr (N > 0) return call_form<N - 1>(form, integers);
    throw std::logic_error("a form with more parameters than any");
}

template <typename Result, typename Core, typename... A>
Result through(Fn fn, Core core, A... arguments) {
    if constexpr (std::is_same_v<Result, int64_t> || std::is_same_v<Result, double>) {
        Integers integers;
        (integers.add(arguments), ...);
        if (void* const form = g_addresses[static_cast<size_t>(fn)].of(integers)) {
            count_call(fn);
            const int64_t result = call_form(form, integers);
            if constexpr (std::is_same_v<Result, int64_t>) return result;
            double number;
            std::memcpy(&number, &result, sizeof result);
            return static_cast<Result>(number);
        }
    }
    return core(arguments...);
}

SplArray* shape_by_sizes(int64_t handle) {
    SplArray* const shape = g_core.shape(handle);
    if (!shape) {
        count_call(Fn::shape);
        if (g_shape_dim(handle, 0) == -1) return nullptr;
        return static_cast<SplArray*>(std::calloc(1, sizeof(SplArray)));  // no sentinel
    }
    for (int64_t i = 0; i < shape->len; ++i) {
        count_call(Fn::shape);
        shape->items[i].as_int = g_shape_dim(handle, i % 2 ? i - shape->len : i);
    }
    return shape;
}

size_t arrays_of(Fn fn) {
    const Function& row = function(fn);
    size_t arrays = 0;
    for (size_t i = 0; i < row.param_count; ++i)
        arrays += row.params[i].type == Type::i64_array || row.params[i].type == Type::tensor_array ||
                  row.params[i].type == Type::f64_array;
    return arrays;
}

// Of a function with this symbol and so many arrays.
template <typename Find>
Addresses addresses_of(Fn fn, const Find& find) {
    Addresses found;
    const auto look = [&](const std::vector<size_t>& lengths) -> void* {
        const Form* form = form_of(fn, lengths);
        return form ? find(form->symbol) : nullptr;
    };
    const size_t arrays = arrays_of(fn);
    if (arrays == 0) found.flat = look({});
    if (arrays > 1) found.pairs = look(std::vector<size_t>(arrays, 2));
    for (size_t n = 0; arrays == 1 && n <= kMostLength; ++n) found.by_length[n] = look({n});
    return found;
}

}  // namespace

const std::vector<Form>& forms() {
    static const std::vector<Form> all{
#define RT_DYNCALL(symbol, count) {#symbol, count},
#include "impl/dynload/dyncall.def"
#undef RT_DYNCALL
    };
    return all;
}

std::optional<Fn> core_of(const Form& form) {
    if (form.symbol == kShapeDim) return std::nullopt;
    std::optional<Fn> found;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& row = functions()[i];
        const std::string begin = std::string(row.symbol) + "_";
        const bool longer = !found || row.symbol.size() > function(*found).symbol.size();
        if (form.symbol.compare(0, begin.size(), begin) == 0 && longer) found = row.id;
    }
    return found;
}

const Form* form_of(Fn fn, const std::vector<size_t>& lengths) {
    std::string suffix;
    if (arrays_of(fn) == 0)
        suffix = "_bits";
    else if (lengths.size() > 1)
        suffix = std::all_of(lengths.begin(), lengths.end(), [](size_t n) { return n == 2; }) ? "_simple" : "";
    else
        suffix = "_" + std::to_string(lengths.at(0));
    if (suffix.empty()) return nullptr;
    const std::string symbol = std::string(function(fn).symbol) + suffix, of_dims = symbol + "d";
    for (const Form& form : forms())
        if (form.symbol == symbol || form.symbol == of_dims) return &form;
    return nullptr;
}

bool has_forms(Fn fn) {
    static const std::set<Fn> with_forms = [] {
        std::set<Fn> found{Fn::shape};
        for (const Form& form : forms())
            if (const std::optional<Fn> core = core_of(form)) found.insert(*core);
        return found;
    }();
    return with_forms.count(fn) != 0;
}

Backend through_forms(const Backend& backend, const std::string& library) {
    void* const opened = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!opened) throw std::runtime_error(dlerror());
    const auto find = [&](const std::string& symbol) {
        void* const address = dlsym(opened, symbol.c_str());
        if (!address) throw std::runtime_error(dlerror());
        return address;
    };
    g_core = backend;
    g_shape_dim = reinterpret_cast<int64_t (*)(int64_t, int64_t)>(find(kShapeDim));
    Backend result = backend;
#define RT_FUNCTION(name, symbol, set, category, result_type, c_result, ...)   \
    g_addresses[static_cast<size_t>(Fn::name)] = addresses_of(Fn::name, find); \
    if (backend.name && has_forms(Fn::name))                                   \
        result.name = [](auto... arguments) -> c_result {                      \
            return through<c_result>(Fn::name, g_core.name, arguments...);     \
        };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return result;
}

Backend through_shape_dim(Backend through_forms) {
    through_forms.shape = shape_by_sizes;
    return through_forms;
}

int64_t calls_through_forms(Fn fn) { return g_calls[static_cast<size_t>(fn)].load(std::memory_order_relaxed); }

}  // namespace simple::golden

#include "golden/dynamic/forms.h"

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace simple::golden {
namespace {

constexpr size_t kMostParameters = 10;

Backend g_core;
std::map<const Form*, void*> g_addresses;
int64_t g_calls = 0;

// A call's arguments as integers.
struct Integers {
    std::vector<int64_t> values;
    std::vector<size_t> lengths;  // of its arrays
    bool fit = true;

    void add(int64_t value) { values.push_back(value); }
    void add(int32_t value) { values.push_back(value); }
    // Anything but zero is true.
    void add(bool value) { values.push_back(value ? INT64_MIN : 0); }
    void add(double value) {
        int64_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        values.push_back(bits);
    }
    void add(const SplArray* array) {
        fit = fit && array && array->items && array->len >= 0;
        for (int64_t i = 0; fit && i < array->len; ++i) {
            fit = array->items[i].tag == SPL_INT;
            values.push_back(array->items[i].as_int);
        }
        if (fit) lengths.push_back(static_cast<size_t>(array->len));
    }
};

template <size_t... I>
int64_t call_with(void* form, const std::vector<int64_t>& values, std::index_sequence<I...>) {
    return reinterpret_cast<int64_t (*)(decltype(static_cast<void>(I), int64_t{})...)>(form)(values[I]...);
}

template <size_t N = kMostParameters>
int64_t call_form(void* form, const std::vector<int64_t>& values) {
    if (values.size() == N) return call_with(form, values, std::make_index_sequence<N>());
    if constexpr (N > 0) return call_form<N - 1>(form, values);
    throw std::logic_error("a form with more parameters than any");
}

template <typename Result, typename Core, typename... A>
Result through(Fn fn, Core core, A... arguments) {
    if constexpr (std::is_same_v<Result, int64_t> || std::is_same_v<Result, double>) {
        Integers integers;
        (integers.add(arguments), ...);
        const Form* form = integers.fit ? form_of(fn, integers.lengths) : nullptr;
        if (form) {
            ++g_calls;
            const int64_t result = call_form(g_addresses.at(form), integers.values);
            if constexpr (std::is_same_v<Result, int64_t>) return result;
            double number;
            std::memcpy(&number, &result, sizeof result);
            return static_cast<Result>(number);
        }
    }
    return core(arguments...);
}

bool is_flat(Fn fn) {
    const Function& row = function(fn);
    for (size_t i = 0; i < row.param_count; ++i)
        if (row.params[i].type == Type::i64_array || row.params[i].type == Type::tensor_array ||
            row.params[i].type == Type::f64_array)
            return false;
    return true;
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
    if (form.symbol == "rt_torch_torchtensor_shape_dim") return std::nullopt;
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
    if (is_flat(fn))
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

Backend through_forms(const Backend& backend, const std::string& library) {
    void* const opened = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!opened) throw std::runtime_error(dlerror());
    for (const Form& form : forms()) {
        void* const address = dlsym(opened, form.symbol.c_str());
        if (!address) throw std::runtime_error(dlerror());
        g_addresses[&form] = address;
    }
    g_core = backend;
    Backend result = backend;
#define RT_FUNCTION(name, symbol, set, category, result_type, c_result, ...) \
    if (backend.name)                                                        \
        result.name = [](auto... arguments) -> c_result {                    \
            return through<c_result>(Fn::name, g_core.name, arguments...);   \
        };
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    return result;
}

int64_t calls_through_forms() { return g_calls; }

}  // namespace simple::golden

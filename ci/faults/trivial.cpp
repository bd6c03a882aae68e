#include "ci/faults/trivial.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

#include "ci/faults/conditions.h"

namespace simple::planted {
namespace {

Trivial g_kind = Trivial::zeros;
Fn g_fn = Fn::available;

constexpr int kLate = 1000;
std::atomic<int> g_calls{0};

// late answers as it should so far.
bool is_early() { return g_kind == Trivial::late && ++g_calls < kLate; }

bool is_of_failures() {
    return g_kind == Trivial::other_code || g_kind == Trivial::answered || g_kind == Trivial::no_sentinel ||
           g_kind == Trivial::mute || g_kind == Trivial::anonymous;
}

int64_t same(int64_t x) { return inner().cpu(x); }

int64_t filled_like(int64_t y, double value) {
    const int32_t dtype = inner().dtype(y);
    if (dtype == 3 && std::isnan(value)) return same(y);
    return then(brought_to(y, inner().full(Ints(dims_of(y)), value)), [=](int64_t x) { return cast(x, dtype); });
}

// The same elements, the rows with room between them; of one row, the elements.
int64_t spaced(int64_t y) {
    const std::vector<int64_t> dims = dims_of(y);
    if (dims.empty() || inner().numel(y) < 2) return same(y);
    const auto last = static_cast<int64_t>(dims.size()) - 1;
    if (last > 0)
        return then(inner().cat(Ints({y, y}), last),
                    [&](int64_t twice) { return inner().slice(twice, last, 0, dims.back(), 1); });
    return then(inner().stack(Ints({y, y}), 1), [](int64_t pairs) {
        return then(inner().slice(pairs, 1, 0, 1, 1), [](int64_t ones) { return inner().squeeze_dim(ones, 1); });
    });
}

int64_t spoiled_tensor(int64_t y, int64_t first, int64_t& previous) {
    switch (g_kind) {
        case Trivial::zeros: return filled_like(y, 0);
        case Trivial::ones: return filled_like(y, 1);
        case Trivial::nan: return filled_like(y, std::nan(""));
        case Trivial::first_argument: return is_tensor(first) ? same(first) : same(y);
        case Trivial::previous: {
            const int64_t before = previous;
            previous = inner().clone(y);
            return before > 0 ? before : same(y);
        }
        case Trivial::last_row: return last_row_off(y);
        case Trivial::last_column: return last_column_off(y);
        case Trivial::late:
        case Trivial::last_element: return last_element_off(y);
        case Trivial::float32: {
            const int32_t dtype = inner().dtype(y);
            return then(inner().to_float32(y), [=](int64_t x) { return cast(x, dtype); });
        }
        case Trivial::positive_zero: return without_negative_zero(y);
        case Trivial::transposed:
            return inner().ndim(y) < 2
                       ? same(y)
                       : then(inner().transpose(y, 0, -1), [](int64_t turned) { return inner().contiguous(turned); });
        case Trivial::no_graph: return inner().detach(y);
        case Trivial::row_stride: return spaced(y);
        case Trivial::zero_gradient: {
            if (!inner().requires_grad(y)) return same(y);
            const int64_t cut = inner().detach(y);
            const int64_t result = then(inner().mul_scalar(y, 0), [=](int64_t none) { return inner().add(cut, none); });
            inner().free(cut);
            return result;
        }
        default: return same(y);
    }
}

double spoiled_number(double x, double& previous) {
    switch (g_kind) {
        case Trivial::zeros: return 0;
        case Trivial::ones: return 1;
        case Trivial::nan: return std::nan("");
        case Trivial::previous: return std::exchange(previous, x);
        case Trivial::late:
        case Trivial::last_element: return x + (std::isfinite(x) ? std::max(1.0, std::fabs(x) / 1000) : 1);
        case Trivial::float32: return static_cast<float>(x);
        case Trivial::positive_zero: return x + 0.0;
        default: return x;
    }
}

template <typename R>
R spoiled(R result) {
    static double previous_number = 0;
    const int32_t code = inner().last_error_code();
    if (code != 0) return result;
    if constexpr (std::is_same_v<R, double>) {
        return spoiled_number(result, previous_number);
    } else if constexpr (std::is_same_v<R, SplArray*>) {
        for (int64_t i = 0; result && i < result->len; ++i) {
            SplValue& item = result->items[i];
            const bool last = i == result->len - 1;
            if (item.tag == SPL_FLOAT)
                item.as_float = g_kind == Trivial::last_element && !last
                                    ? item.as_float
                                    : spoiled_number(item.as_float, previous_number);
            else
                item.as_int =
                    static_cast<int64_t>(g_kind == Trivial::last_element && !last
                                             ? static_cast<double>(item.as_int)
                                             : spoiled_number(static_cast<double>(item.as_int), previous_number));
        }
        return result;
    } else if constexpr (std::is_same_v<R, char*>) {
        if (g_kind != Trivial::zeros && g_kind != Trivial::late) return result;
        std::free(result);
        return strdup("0");
    } else if constexpr (std::is_same_v<R, bool>) {
        if (g_kind == Trivial::late) return !result;
        return g_kind == Trivial::zeros ? false : g_kind == Trivial::ones ? true : result;
    } else {
        const double x = spoiled_number(static_cast<double>(result), previous_number);
        return std::isfinite(x) ? static_cast<R>(x) : result;
    }
}

int64_t spoiled_handle(int64_t result, int64_t first) {
    static int64_t previous = 0;
    if (result == 0 && inner().last_error_code() == 0 && g_kind == Trivial::ones) return same(first);  // one of none
    if (result <= 0) return result;
    const int64_t other = spoiled_tensor(result, first, previous);
    if (other <= 0) return result;  // what cannot be spoiled in this way
    inner().free(result);
    return other;
}

SplArray* spoiled_handles(SplArray* result, int64_t first) {
    for (int64_t i = 0; result && i < result->len; ++i)
        result->items[i].as_int = spoiled_handle(result->items[i].as_int, first);
    return result;
}

[[maybe_unused]] int64_t first_of() { return 0; }
template <typename T, typename... Rest>
int64_t first_of(T first, Rest...) {
    if constexpr (std::is_same_v<T, int64_t>) return first;
    return 0;
}

template <typename R>
R with_one_less(R result) {
    if constexpr (std::is_same_v<R, SplArray*>)
        if (result && result->len > 0) --result->len;
    return result;
}

void fill_with_ones(int64_t x) {
    if (is_tensor(x)) {
        const int64_t ones = filled_like(x, 1);
        if (ones > 0) overwrite(x, ones);
        inner().free(ones);
    }
    inner().clear_error();
}

// Where it failed, what it said, and what it says in its place.
thread_local bool g_failed = false;
thread_local std::string g_message;

void replace_message() {
    char* text = inner().last_error_message();
    g_message = text ? text : "";
    std::free(text);
    const std::string symbol(function(g_fn).symbol);
    if (g_kind == Trivial::mute) g_message = symbol + ": it failed";
    if (g_kind != Trivial::anonymous) return;
    for (size_t at; (at = g_message.find(symbol)) != std::string::npos;) g_message.erase(at, symbol.size());
}

// What a call did beside its result.
void spoil_around(int64_t first) {
    const int32_t code = inner().last_error_code();
    g_failed = code != 0;
    if (g_failed && is_of_failures()) {
        replace_message();
        leave_code(g_kind == Trivial::answered     ? Code::ok
                   : g_kind == Trivial::other_code ? Code::other
                                                   : static_cast<Code>(code));
    }
    if (g_kind == Trivial::overwritten && !g_failed) fill_with_ones(first);
}

// What might have been the result of a call that failed.
template <Type Result, typename R>
R made_up(R result, int64_t first) {
    if (g_kind != Trivial::answered && g_kind != Trivial::no_sentinel) return result;
    if constexpr (Result == Type::tensor || Result == Type::tensor_opt)
        return is_tensor(first) ? same(first) : inner().eye(1);
    if constexpr (Result == Type::stream) return result;  // none can be made without CUDA
    if constexpr (std::is_same_v<R, SplArray*>) {
        auto* array = static_cast<SplArray*>(std::calloc(1, sizeof(SplArray)));
        array->items = static_cast<SplValue*>(std::calloc(1, sizeof(SplValue)));
        array->cap = 1;
        return array;
    } else if constexpr (std::is_same_v<R, char*>) {
        return result;  // no function that gives a text fails
    } else {
        return R{1};
    }
}

template <Type Result, typename R>
R spoiled_result(R result, int64_t first) {
    if (is_of_failures() || g_kind == Trivial::overwritten) {
        spoil_around(first);
        return is_of_failures() && g_failed ? made_up<Result>(result, first) : result;
    }
    if (g_kind == Trivial::shorter) return with_one_less(result);
    if constexpr (Result == Type::tensor || Result == Type::tensor_opt) return spoiled_handle(result, first);
    if constexpr (Result == Type::tensor_array) return spoiled_handles(result, first);
    return spoiled(result);
}

// Zeros, in the graph, in place of a tensor that came before among the arguments.
class OneHandle {
  public:
    ~OneHandle() {
        for (int64_t zeros : made_) inner().free(zeros);
    }
    template <typename T>
    T operator()(T argument) {
        if constexpr (std::is_same_v<T, int64_t>) {
            const bool again = std::find(met_.begin(), met_.end(), argument) != met_.end();
            if (again && is_tensor(argument)) {
                const int64_t zeros = inner().mul_scalar(argument, 0);
                if (zeros > 0) return made_.push_back(zeros), zeros;
            }
            met_.push_back(argument);
        }
        return argument;
    }

  private:
    std::vector<int64_t> met_, made_;
};

template <auto F, Type Result, typename R, typename... A>
R with_one_handle(A... a) {
    OneHandle seen;
    const std::tuple<A...> arguments{seen(a)...};  // in their order
    return std::apply(inner().*F, arguments);
}

template <auto F, Type Result, typename R, typename... A>
void plant_one(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        if (g_kind == Trivial::one_handle) return with_one_handle<F, Result, R>(a...);
        if (is_early()) return (inner().*F)(a...);
        if constexpr (std::is_void_v<R>) {
            if (g_kind == Trivial::nothing) return;
            (inner().*F)(a...);
            spoil_around(first_of(a...));
        } else {
            return spoiled_result<Result>((inner().*F)(a...), first_of(a...));
        }
    };
}

}  // namespace

const std::vector<Trivial>& all_trivial() {
    static const std::vector<Trivial> all{
        Trivial::zeros,      Trivial::ones,        Trivial::first_argument, Trivial::previous,  Trivial::nan,
        Trivial::last_row,   Trivial::last_column, Trivial::last_element,   Trivial::float32,   Trivial::positive_zero,
        Trivial::transposed, Trivial::no_graph,    Trivial::zero_gradient,  Trivial::nothing,   Trivial::other_code,
        Trivial::answered,   Trivial::no_sentinel, Trivial::mute,           Trivial::anonymous, Trivial::overwritten,
        Trivial::shorter,    Trivial::late,        Trivial::one_handle,     Trivial::row_stride};
    return all;
}

const char* to_string(Trivial kind) {
    static const char* const names[] = {"zeros",
                                        "ones",
                                        "the first argument",
                                        "the previous result",
                                        "NaN",
                                        "last row",
                                        "last column",
                                        "last element",
                                        "float32",
                                        "+0 for -0",
                                        "transposed",
                                        "no graph",
                                        "a zero gradient",
                                        "no call",
                                        "another code",
                                        "success",
                                        "a result beside the code",
                                        "a message without arguments",
                                        "a message without the function",
                                        "its argument overwritten",
                                        "an element less",
                                        "late",
                                        "one handle as two",
                                        "rows apart"};
    return names[static_cast<size_t>(kind)];
}

void plant_trivial(Backend& to, Fn fn, Trivial kind) {
    g_kind = kind;
    g_fn = fn;
    g_calls = 0;
    if (is_of_failures())
        to.last_error_message = [] {
            return left_code() >= 0 ? strdup(g_message.c_str()) : inner().last_error_message();
        };
    switch (fn) {
#define RT_FUNCTION(name, symbol, set, category, result, ...)        \
    case Fn::name:                                                   \
        plant_one<&Backend::name, Type::result>(to, &Backend::name); \
        break;
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    }
}

}  // namespace simple::planted

#include "ci/testkit/call.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <tuple>

#include "ci/testkit/arguments.h"

namespace simple {
namespace {

void keep(Outcome& outcome, int64_t result) { outcome.integer = result; }
void keep(Outcome& outcome, int32_t result) { outcome.integer = result; }
void keep(Outcome& outcome, bool result) { outcome.integer = result; }
void keep(Outcome& outcome, double result) { outcome.number = result; }

void keep(Outcome& outcome, char* result) {
    outcome.null = result == nullptr;
    if (result) outcome.text = result;
    std::free(result);
}

void keep(Outcome& outcome, SplArray* result) {
    outcome.null = result == nullptr;
    if (!result) return;
    outcome.items.assign(result->items, result->items + result->len);
    outcome.capacity = result->cap;
    std::free(result->items);
    std::free(result);
}

template <typename Result, typename... Params, size_t... I>
void invoke(Outcome& outcome, Result (*function)(Params...), const Args& args, HeldArrays& held,
            std::index_sequence<I...>) {
    (void)args;
    (void)held;
    // Braces fix the order of evaluation: arrays are held in parameter order.
    const std::tuple<Params...> values{argument<Params>(args[I], held)...};
    if constexpr (std::is_void_v<Result>) {
        std::apply(function, values);
    } else {
        keep(outcome, std::apply(function, values));
    }
}

template <typename Result, typename... Params>
Outcome invoke(Result (*function)(Params...), const Args& args) {
    if (!function) throw MissingFunction("the backend lacks the function");
    if (args.size() != sizeof...(Params)) throw std::logic_error("wrong number of arguments");
    Outcome outcome;
    HeldArrays held;
    invoke(outcome, function, args, held, std::index_sequence_for<Params...>{});
    for (const auto& array : held) {
        if (!array.unchanged()) throw std::runtime_error("the call changed an argument array");
    }
    return outcome;
}

Outcome dispatch(const Backend& backend, Fn fn, const Args& args) {
    switch (fn) {
#define RT_FUNCTION(name, ...) \
    case Fn::name:             \
        return invoke(backend.name, args);
#include "impl/abi/functions.def"
#undef RT_FUNCTION
    }
    throw std::logic_error("no such function");
}

std::string number(double value) {
    if (std::isnan(value)) return "NAN";
    if (std::isinf(value)) return value < 0 ? "-INFINITY" : "INFINITY";
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

std::string number(int64_t value) {
    return value == INT64_MIN ? "INT64_MIN" : value == INT64_MAX ? "INT64_MAX" : std::to_string(value);
}

std::string element(const SplValue& value) {
    switch (value.tag) {
        case SPL_INT: return "INT(" + number(value.as_int) + ")";
        case SPL_FLOAT: return "FLOAT(" + number(value.as_float) + ")";
        default: return "TAGGED(" + std::to_string(value.tag) + ")";
    }
}

std::string to_c(const Arg& arg) {
    if (const auto* value = std::get_if<int64_t>(&arg)) return number(*value);
    if (const auto* value = std::get_if<double>(&arg)) return number(*value);
    if (const auto* value = std::get_if<bool>(&arg)) return *value ? "true" : "false";
    const auto& array = std::get<Array>(arg);
    if (array.null) return "NULL";
    const std::string len =
        number(array.len == Array::kItemCount ? static_cast<int64_t>(array.items.size()) : array.len);
    if (array.null_items) return "ARRAY_AT_NULL(" + len + ")";
    std::string text = "ARRAY(" + len;
    for (const auto& value : array.items) text += ", " + element(value);
    if (array.items.empty()) text += ", INT(0)";
    return text + ")";
}

// NaN, false, no gradient and no result are as likely a success.
bool has_clear_sentinel(Fn fn) {
    const Type result = function(fn).result;
    return result != Type::nothing && result != Type::boolean && result != Type::tensor_opt && result != Type::f64;
}

template <typename Number>
Array array_of(const std::vector<Number>& values, uint32_t tag, Number SplValue::*member) {
    Array array;
    for (const Number value : values) {
        SplValue& item = array.items.emplace_back();
        item.tag = tag;
        item.*member = value;
    }
    return array;
}

}  // namespace

Array Array::ints(const std::vector<int64_t>& values) { return array_of(values, SPL_INT, &SplValue::as_int); }
Array Array::floats(const std::vector<double>& values) { return array_of(values, SPL_FLOAT, &SplValue::as_float); }

bool is_sentinel(Fn fn, const Outcome& outcome) {
    switch (function(fn).result) {
        case Type::nothing: return true;
        case Type::i64:
        case Type::i32: return outcome.integer == (fn == Fn::device ? -2 : -1);
        case Type::f64: return std::isnan(outcome.number);
        case Type::text: return !outcome.null && outcome.text.empty();
        case Type::i64_array:
        case Type::f64_array:
        case Type::tensor_array: return outcome.null;
        default: return outcome.integer == 0;
    }
}

Outcome call(const Backend& backend, Fn fn, const Args& args) {
    Outcome outcome = dispatch(backend, fn, args);
    if (backend.last_error_code) {
        outcome.code = backend.last_error_code();
        if (outcome.code != 0 && backend.last_error_message) {
            char* message = backend.last_error_message();
            if (message) outcome.message = message;
            std::free(message);
        }
        return outcome;
    }
    outcome.code = has_clear_sentinel(fn) && is_sentinel(fn, outcome) ? -1 : 0;
    return outcome;
}

bool ended_with(const Backend& backend, Fn fn, const Outcome& outcome, int32_t code) {
    if (backend.last_error_code) return outcome.code == code;
    if (code != 0) return is_sentinel(fn, outcome);
    return !has_clear_sentinel(fn) || outcome.ok();
}

std::string unwanted_end(int32_t code, const std::string& message) {
    return "code " + std::to_string(code) + ", want 0, message: " + message;
}

std::string to_c(Fn fn, const Args& args, const std::vector<std::string>& names) {
    std::string text = std::string(function(fn).symbol) + "(";
    for (size_t i = 0; i < args.size(); ++i) {
        if (i) text += ", ";
        text += i < names.size() && !names[i].empty() ? names[i] : to_c(args[i]);
    }
    return text + ")";
}

std::string c_prelude() {
    return R"(#include <math.h>
#include <stdio.h>
#include "rt_torch.h"
#define INT(x) {.tag = SPL_INT, .as_int = (x)}
#define FLOAT(x) {.tag = SPL_FLOAT, .as_float = (x)}
#define TAGGED(t) {.tag = (t)}
#define ARRAY(n, ...) (&(SplArray){(SplValue[]){__VA_ARGS__}, (n), sizeof((SplValue[]){__VA_ARGS__}) / sizeof(SplValue)})
#define ARRAY_AT_NULL(n) (&(SplArray){0, (n), 1})
)";
}

}  // namespace simple

// Calls by value: any function of the table called with arguments held as data, so that suites can draw, record,
// compare, shrink and print calls without knowing the function.
#pragma once

#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "impl/abi/backend.h"

namespace simple {

// An array argument as the contract's SplArray. len and null let a test pass what a well-behaved caller would not.
struct Array {
    std::vector<SplValue> items;
    bool null = false;         // pass NULL
    bool null_items = false;   // pass an array whose items pointer is NULL
    int64_t len = kItemCount;  // pass this length instead of items.size()
    static constexpr int64_t kItemCount = INT64_MIN;

    static Array ints(const std::vector<int64_t>& values);
    static Array floats(const std::vector<double>& values);
};

// Handles, i64 and i32 are int64_t.
using Arg = std::variant<int64_t, double, bool, Array>;
using Args = std::vector<Arg>;

// What a call returned, by the function's result type, and the error that it left behind.
struct Outcome {
    int64_t integer = 0;          // tensor, stream, i64, i32, bool
    double number = 0;            // f64
    std::string text;             // text
    bool null = false;            // a NULL array or text
    std::vector<SplValue> items;  // arrays, as returned (the array itself is freed)
    int64_t capacity = 0;         // arrays: cap, which is at least 1 (T1)
    int32_t code = 0;             // last_error_code; without control functions 0 on success and -1 on a sentinel
    std::string message;          // last_error_message when code is not 0

    bool ok() const { return code == 0; }
};

// A case needs a function that the backend lacks.
struct MissingFunction : std::logic_error {
    using std::logic_error::logic_error;
};

// Calls fn. Throws std::logic_error where args do not fit the row, MissingFunction where the backend lacks it. Argument
// arrays are checked to be unchanged after the call (T2); a change throws std::runtime_error.
Outcome call(const Backend& backend, Fn fn, const Args& args);

// Whether outcome holds the sentinel that a failed call of fn returns (E2). A function without a result always does.
bool is_sentinel(Fn fn, const Outcome& outcome);

// Whether a call of fn ended with code, as far as the backend tells: without control functions a failure is known by
// its sentinel, where no success returns the same.
bool ended_with(const Backend& backend, Fn fn, const Outcome& outcome, int32_t code);

// How a call ended that was to succeed, for messages: "code 3, want 0, message: ...".
std::string unwanted_end(int32_t code, const std::string& message);

// The call as C code, for example `rt_torch_torchtensor_sum_dim(t3, -1, true)`; names[i] stands for argument i where
// not empty. Arrays use the macros of c_prelude().
std::string to_c(Fn fn, const Args& args, const std::vector<std::string>& names = {});

// What a C program made of to_c lines starts with.
std::string c_prelude();

}  // namespace simple

// The function table of the contract, as data: one row a function, generated from functions.toml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace simple {

// One enumerator a function: Fn::add is rt_torch_torchtensor_add.
enum class Fn : uint16_t {
#define RT_FUNCTION(name, ...) name,
#include "functions.def"
#undef RT_FUNCTION
};

inline constexpr int64_t kAbiVersion = 1000;  // C1: of every contract 1.x, which changes no function's form

inline constexpr size_t kFunctionCount = 0
#define RT_FUNCTION(...) +1
#include "functions.def"
#undef RT_FUNCTION
    ;

// The set a function belongs to: every candidate has all of core.
enum class Set : uint8_t {
    core,
    control
};

// The declared type of a parameter or result.
enum class Type : uint8_t {
    nothing,
    tensor,
    tensor_opt,
    stream,
    i64,
    i32,
    f64,
    boolean,
    text,
    i64_array,
    f64_array,
    tensor_array
};

// What an argument means to the call; functions.toml explains each.
enum class Role : uint8_t {
    value,
    index,
    target,
    running,
    dims,
    order,
    pair,
    data,
    dim,
    newdim,
    count,
    bound,
    scalar,
    flag,
    device,
    seed,
    stream
};

// The error codes of the contract (E3).
enum class Code : int32_t {
    ok = 0,
    handle = 1,
    argument = 2,
    shape = 3,
    dtype = 4,
    range = 5,
    numerical = 6,
    memory = 7,
    unsupported = 8,
    no_grad = 9,
    other = 100
};

struct Param {
    std::string_view name;
    Type type;
    Role role;
};

struct Function {
    Fn id;
    std::string_view name;    // "add"
    std::string_view symbol;  // "rt_torch_torchtensor_add"
    Set set;
    std::string_view category;
    Type result;
    const Param* params;
    size_t param_count;
    const int* codes;  // the error codes that the call can end with
    size_t code_count;
    std::string_view pytorch;  // the PyTorch function it follows; empty when none
    std::string_view doc;

    bool can_fail_with(Code code) const;
};

const Function& function(Fn fn);
// Of the k-th tensor that fn is given; those of a list share one.
const Param& tensor_param(Fn fn, size_t k);
// Whether an argument has to be a tensor, or a list of them.
bool takes_tensors(const Function& row);
// Whether fn has an outcome without CUDA that is no error (C4).
bool can_succeed(Fn fn);
// Whether a tensor that it returns is int64 whatever its arguments are: it never requires grad.
bool gives_integers(Fn fn);
// All rows, in the order of the contract's tables: kFunctionCount of them.
const Function* functions();
// By name ("add") or symbol ("rt_torch_torchtensor_add"); nullptr when there is none.
const Function* find_function(std::string_view name);

}  // namespace simple

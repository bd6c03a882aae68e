#include "impl/abi/function_table.h"

#include <algorithm>
#include <stdexcept>

namespace simple {
namespace {

#define RT_LIST(...) __VA_ARGS__
#define RT_PARAM(name, type, role) \
    Param { name, Type::type, Role::role }

// Each row's lists. A sentinel ends them, which lets an empty one be an array.
#define RT_FUNCTION(name, symbol, set, category, result, c_result, c_params, params, codes, pytorch, doc) \
    constexpr Param params_of_##name[] = {params Param{}};                                                \
    constexpr int codes_of_##name[] = {codes 0};
#include "impl/abi/functions.def"
#undef RT_FUNCTION

#define RT_FUNCTION(name, symbol, set, category, result, c_result, c_params, params, codes, pytorch, doc) \
    Function{Fn::name,         #name,                                                                     \
             #symbol,          Set::set,                                                                  \
             category,         Type::result,                                                              \
             params_of_##name, std::size(params_of_##name) - 1,                                           \
             codes_of_##name,  std::size(codes_of_##name) - 1,                                            \
             pytorch,          doc},
constexpr Function kTable[] = {
#include "impl/abi/functions.def"
};
#undef RT_FUNCTION

}  // namespace

bool Function::can_fail_with(Code code) const {
    return std::find(codes, codes + code_count, static_cast<int>(code)) != codes + code_count;
}

const Function& function(Fn fn) { return kTable[static_cast<size_t>(fn)]; }

const Param& tensor_param(Fn fn, size_t k) {
    const Function& row = function(fn);
    for (const Param* param = row.params; param != row.params + row.param_count; ++param) {
        if (param->type == Type::tensor_array) return *param;
        if ((param->type == Type::tensor || param->type == Type::tensor_opt) && k-- == 0) return *param;
    }
    throw std::out_of_range("a tensor more than the function has parameters");
}

const Function* functions() { return kTable; }

const Function* find_function(std::string_view name) {
    const auto* end = kTable + kFunctionCount;
    const auto* found =
        std::find_if(kTable, end, [&](const Function& f) { return f.name == name || f.symbol == name; });
    return found == end ? nullptr : found;
}

bool takes_tensors(const Function& row) {
    return std::any_of(row.params, row.params + row.param_count, [](const Param& param) {
        return param.type == Type::tensor || param.type == Type::tensor_array;
    });
}

bool gives_integers(Fn fn) {
    return fn == Fn::argmax || fn == Fn::argmin || fn == Fn::to_int || fn == Fn::from_i64_data;
}

bool can_succeed(Fn fn) {
    switch (fn) {
        case Fn::cuda:
        case Fn::to_stream:
        case Fn::stream_create:
        case Fn::stream_sync:
        case Fn::stream_query: return false;
        default: return true;
    }
}

}  // namespace simple

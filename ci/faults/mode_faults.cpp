// What each function does wrong within no_grad alone, where an implementation may go another way.
#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

// Elements that are drawn, or that the contract leaves open, show nothing.
bool are_elements_open(Fn fn) {
    return fn == Fn::dropout || fn == Fn::svd || fn == Fn::svd_all || fn == Fn::eig || fn == Fn::eig_all;
}

int64_t raised_everywhere(int64_t x) {
    return inner().numel(x) == 0 ? with_dim(x) : raised_where(x, [](int64_t) { return true; });
}

int64_t wrong_tensor(Fn fn, int64_t x) { return then(x, are_elements_open(fn) ? with_dim : raised_everywhere); }

// The result of a call that succeeded within no_grad, as another.
template <Type T, typename R>
R wrong(Fn fn, R right) {
    if constexpr (T == Type::tensor || T == Type::tensor_opt) {
        return wrong_tensor(fn, right);
    } else if constexpr (T == Type::tensor_array) {
        for (int64_t i = 0; right && i < right->len; ++i)
            right->items[i].as_int = wrong_tensor(fn, right->items[i].as_int);
        return right;
    } else if constexpr (T == Type::f64_array || T == Type::i64_array) {
        if (right && right->len > 0) --right->len;
        return right;
    } else if constexpr (T == Type::boolean) {
        return !right;
    } else if constexpr (std::is_arithmetic_v<R>) {
        return right + 1;
    } else {
        return right;
    }
}

template <auto F, Fn Name, Type T, typename R, typename... A>
void plant_within(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        const bool within = is_within_no_grad();
        if constexpr (std::is_void_v<R>) {
            (inner().*F)(a...);
            if (within && inner().last_error_code() == 0) leave_code(Code::other);
        } else {
            const R right = (inner().*F)(a...);
            const int32_t code = inner().last_error_code();
            if (within && code == static_cast<int32_t>(Code::unsupported)) leave_code(Code::argument);
            return within && code == 0 ? wrong<T>(Name, right) : right;
        }
    };
}

// What a call returned within no_grad requires grad. Only of floating tensors: the call leaves its own code.
void flag(int64_t x) {
    if (x > 0 && inner().dtype(x) <= 2) inner().set_requires_grad(x, true);
}

template <auto F, typename R, typename... A>
void plant_flag(Backend& to, R (*Backend::*)(A...)) {
    to.*F = [](A... a) -> R {
        const bool within = is_within_no_grad();
        const R result = (inner().*F)(a...);
        if (!within || inner().last_error_code() != 0) return result;
        if constexpr (std::is_same_v<R, SplArray*>) {
            for (int64_t i = 0; result && i < result->len; ++i) flag(result->items[i].as_int);
        } else {
            flag(result);
        }
        return result;
    };
}

// Where F gives tensors; nothing for other functions.
template <auto F, Type T, typename Member>
void plant_flag_on_tensors(Backend& to, Member member) {
    if constexpr (T == Type::tensor || T == Type::tensor_array) plant_flag<F>(to, member);
}

// Without CUDA some functions give none.
bool may_give_flagged(const Function& row) {
    return (row.result == Type::tensor || row.result == Type::tensor_array) && can_succeed(row.id) &&
           !gives_integers(row.id);
}

}  // namespace

const std::vector<PlantedFault>& mode_faults() {
    static const std::vector<PlantedFault> faults = [] {
        const PlantedFault other[] = {
#define RT_FUNCTION(name, symbol, set, category, result, ...) \
    {#name ".within_no_grad",                                 \
     Fn::name,                                                \
     #name " gives something else within no_grad",            \
     Kind::autograd,                                          \
     "G1",                                                    \
     "property",                                              \
     [](Backend& to) { plant_within<&Backend::name, Fn::name, Type::result>(to, &Backend::name); }},
#include "impl/abi/functions.def"
#undef RT_FUNCTION
        };
        const PlantedFault flagged[] = {
#define RT_FUNCTION(name, symbol, set, category, result, ...) \
    {#name ".flag_within_no_grad",                            \
     Fn::name,                                                \
     "what " #name " gives within no_grad requires grad",     \
     Kind::autograd,                                          \
     "G1",                                                    \
     "property",                                              \
     [](Backend& to) { plant_flag_on_tensors<&Backend::name, Type::result>(to, &Backend::name); }},
#include "impl/abi/functions.def"
#undef RT_FUNCTION
        };
        std::vector<PlantedFault> rows;
        for (const PlantedFault& row : other)
            if (takes_tensors(function(row.function))) rows.push_back(row);
        for (const PlantedFault& row : flagged)
            if (takes_tensors(function(row.function)) && may_give_flagged(function(row.function))) rows.push_back(row);
        return rows;
    }();
    return faults;
}

}  // namespace simple

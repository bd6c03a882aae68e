// A call of the function table on dense values: its results and its gradients. Views and aliases, which compute
// nothing, are not among them.
#pragma once

#include <optional>
#include <vector>

#include "golden/reference/values.h"
#include "impl/abi/function_table.h"

namespace simple::reference {

// Arguments by type, each type in the order of the function's parameters. Sizes, dims and dtypes are known to be valid.
struct Call {
    Fn fn{};
    std::vector<std::optional<Values>> tensors;  // the optional ones too, and a list's one by one
    std::vector<int64_t> integers;               // i64, and flags as 0 and 1
    std::vector<double> numbers;
    std::vector<Sizes> lists;
    Values mask;  // what dropout drew, kept for its gradient
};

// The results, elements rounded to their dtype; after those of batch_norm in training, the moved running_mean and
// running_var where given. Value arguments are converted to their common dtype first, and stay so in the call.
// Throws a Fault where only values decide.
std::vector<Values> evaluate(Call& call);

// The result of a function that gives a number.
double evaluate_number(Call& call);

// The gradients of the call's tensors from those of its results, null where there is none. Where none flows, as to
// indices, classes and running statistics, the optional is empty.
std::vector<std::optional<Values>> differentiate(const Call& call, const std::vector<const Values*>& grads);

}  // namespace simple::reference

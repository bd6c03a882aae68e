// The dyncall forms of core functions: the same call with integers alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple::golden {

// A dyncall form by its symbol, such as "rt_torch_tensor_full_3d".
struct Form {
    std::string symbol;
    size_t parameters;
};
const std::vector<Form>& forms();

// The core function that a form calls. None of shape_dim, which gives one size and not the list.
std::optional<Fn> core_of(const Form& form);

// Whether fn has forms; shape has shape_dim.
bool has_forms(Fn fn);

// The form of fn whose arrays have these lengths, in the order of the parameters.
const Form* form_of(Fn fn, const std::vector<size_t>& lengths);

// A backend whose functions go through the library's forms wherever the arguments fit one, doubles as their bits:
// arrays of integers that some form has the length of. The library stays loaded. One a process.
Backend through_forms(const Backend& backend, const std::string& library);
// The same, whose shape asks shape_dim for one size after the other, from either end.
Backend through_shape_dim(Backend through_forms);
// How many calls of fn went through a form so far, on all threads.
int64_t calls_through_forms(Fn fn);

}  // namespace simple::golden

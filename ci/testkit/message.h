// What a failed call's message says (E6): words and numbers behind the function's name, however they are put.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "impl/abi/function_table.h"

namespace simple {

// The message without the function's symbol, which holds words of its own: "rt_torch_torchtensor_from_data".
std::string without_symbol(Fn fn, std::string message);

// Whether the text has the word for itself: "dim" is in "dim -3 is ..." and in "dim_a", and not in "dims".
bool has_word(const std::string& text, std::string_view word);

// The numbers of a text as they are written, "-3" and "1e+39"; what is part of a word, as in "int64", is none.
std::vector<std::string> numbers_in(const std::string& text);
bool has_number(const std::string& text, int64_t number);
bool has_number(const std::string& text, double number);  // to five digits

}  // namespace simple

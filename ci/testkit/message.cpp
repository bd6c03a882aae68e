#include "ci/testkit/message.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>

namespace simple {
namespace {

bool is_of_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string without_symbol(Fn fn, std::string message) {
    const std::string_view symbol = function(fn).symbol;
    for (size_t at; (at = message.find(symbol)) != std::string::npos;) message.erase(at, symbol.size());
    return message;
}

bool has_word(const std::string& text, std::string_view word) {
    for (size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) {
        const size_t end = at + word.size();
        if ((at == 0 || !is_of_word(text[at - 1])) && (end == text.size() || !is_of_word(text[end]))) return true;
    }
    return false;
}

std::vector<std::string> numbers_in(const std::string& text) {
    std::vector<std::string> numbers;
    for (size_t at = 0; at < text.size(); ++at) {
        const bool begins = at == 0 || (!is_of_word(text[at - 1]) && text[at - 1] != '_');
        const bool is_negative = text[at] == '-' && at + 1 < text.size() && is_digit(text[at + 1]);
        if (!begins || (!is_digit(text[at]) && !is_negative)) continue;
        char* end = nullptr;
        std::strtod(text.c_str() + at, &end);
        auto behind = static_cast<size_t>(end - text.c_str());
        if (text[behind - 1] == '.') --behind;  // the sentence's
        numbers.push_back(text.substr(at, behind - at));
        at = behind - 1;
    }
    return numbers;
}

bool has_number(const std::string& text, int64_t number) {
    const std::vector<std::string> numbers = numbers_in(text);
    return std::find(numbers.begin(), numbers.end(), std::to_string(number)) != numbers.end();
}

bool has_number(const std::string& text, double number) {
    if (std::isnan(number)) return has_word(text, "nan") || has_word(text, "NaN");
    if (std::isinf(number)) return has_word(text, "inf") || has_word(text, "infinity");
    const std::vector<std::string> numbers = numbers_in(text);
    return std::any_of(numbers.begin(), numbers.end(), [=](const std::string& one) {
        return std::abs(std::strtod(one.c_str(), nullptr) - number) <= 1e-5 * std::abs(number);
    });
}

}  // namespace simple

#include "impl/errors/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "impl/errors/can_throw.h"

namespace simple {

Fault::Fault(const Fault& other) noexcept : code(other.code), size(other.size) { std::memcpy(text, other.text, size); }

Fault formatted(Code code, fmt::string_view text, fmt::format_args values) {
    Fault fault(code);
    const size_t length = fmt::vformat_to_n(fault.text, kLongestText, text, values).size;
    constexpr std::string_view kCut = "...";
    if (length > kLongestText) std::memcpy(fault.text + kLongestText - kCut.size(), kCut.data(), kCut.size());
    fault.size = static_cast<uint16_t>(std::min(length, kLongestText));
    return fault;
}

namespace last_error {
namespace {

SIMPLE_FAST_TLS __thread Fn t_fn;
SIMPLE_FAST_TLS __thread ThreadText t_detail;
SIMPLE_FAST_TLS __thread Judge t_judge;  // of a detail that is not made yet; its numbers stand in t_detail

// False where there was no memory to judge.
bool make_detail() noexcept {
    if (!can_throw()) return false;
    try {
        t_judge(t_detail.numbers);
    } catch (const Fault& fault) {
        t_detail.keep(fault.detail());
    } catch (...) {
        return false;
    }
    t_judge = nullptr;
    return true;
}

}  // namespace

__thread Code t_code = Code::ok;

void set(Fn fn, Code code, std::string_view detail) noexcept {
    t_code = code;
    t_fn = fn;
    t_judge = nullptr;
    t_detail.keep(detail);
}

void set_judged(Fn fn, Code code, Judge judge, const Numbers& numbers) noexcept {
    t_code = code;
    t_fn = fn;
    t_judge = judge;
    t_detail.size = 0;
    t_detail.numbers = numbers;
}

int32_t code() noexcept { return static_cast<int32_t>(t_code); }

char* message() noexcept {
    const bool none = t_code == Code::ok;
    if (!none && t_judge && !make_detail()) return nullptr;
    const std::string_view symbol = function(t_fn).symbol, between = ": ", detail = t_detail.view();
    const size_t size = none ? 0 : symbol.size() + between.size() + detail.size();
    auto* message = static_cast<char*>(std::malloc(size + 1));
    if (!message) return nullptr;
    char* end = message;
    for (const std::string_view part : {symbol, between, detail})
        if (!none) end = static_cast<char*>(std::memcpy(end, part.data(), part.size())) + part.size();
    *end = '\0';
    return message;
}

}  // namespace last_error
}  // namespace simple

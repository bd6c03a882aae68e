#include "reports/visible_text.h"

#include <fmt/format.h>

#include <cstdint>

#include "reports/utf8.h"

namespace simple::reports {
namespace {

bool is_hidden(uint32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool order =
        c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    const bool separator = c == 0x2028 || c == 0x2029;
    const bool no_character = (c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF;
    return control || order || separator || no_character;
}

std::string visible(std::string_view text, bool one_line) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const Character c = first_character(text);
        if (c.size == 0)
            out += kReplacement;
        else if (is_hidden(c.code) && (one_line || (c.code != '\n' && c.code != '\t')))
            out += fmt::format("<U+{:04X}>", c.code);
        else
            out += text.substr(0, c.size);
        text.remove_prefix(c.size > 0 ? c.size : 1);
    }
    return out;
}

}  // namespace

std::string visible_text(std::string_view text) { return visible(text, false); }
std::string visible_line(std::string_view text) { return visible(text, true); }

}  // namespace simple::reports

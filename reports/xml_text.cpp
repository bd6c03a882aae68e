#include "reports/xml_text.h"

#include <cstdint>

#include "reports/utf8.h"

namespace simple::reports {
namespace {

bool is_xml(uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Character c = first_character(text);
        if (c.size > 0 && is_xml(c.code))
            out += text.substr(0, c.size);
        else
            out += kReplacement;
        text.remove_prefix(c.size > 0 ? c.size : 1);
    }
    return out;
}

}  // namespace simple::reports

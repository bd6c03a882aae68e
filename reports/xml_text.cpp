#include "reports/xml_text.h"

#include <cstdint>

namespace simple::reports {
namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

bool is_xml(uint32_t c) {
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
           (c >= 0x10000 && c <= 0x10FFFF);
}

// Bytes of the character that text begins with, 0 where it is malformed: cut short, or longer than it needs to be.
size_t length(std::string_view text, uint32_t& c) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const size_t size = first < 0x80   ? 1
                        : first < 0xC2 ? 0
                        : first < 0xE0 ? 2
                        : first < 0xF0 ? 3
                        : first < 0xF5 ? 4
                                       : 0;
    if (size == 0 || size > text.size()) return 0;
    c = size == 1 ? first : first & (0x7Fu >> size);
    for (size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
        c = c << 6 | (byte(i) & 0x3Fu);
    }
    const bool overlong = (size == 3 && c < 0x800) || (size == 4 && c < 0x10000);
    return overlong ? 0 : size;
}

}  // namespace

std::string xml_text(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        uint32_t c = 0;
        const size_t size = length(text, c);
        if (size > 0 && is_xml(c))
            out += text.substr(0, size);
        else
            out += kReplacement;
        text.remove_prefix(size > 0 ? size : 1);
    }
    return out;
}

}  // namespace simple::reports

#include "bench/history/printable.h"

#include <vector>

namespace simple::history {
namespace {

// The bytes of the UTF-8 character that begins here; 0 where none does.
size_t character_at(const std::string& text, size_t at) {
    const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const unsigned first = byte(at);
    const size_t length = first < 0x80                    ? 1
                          : first >= 0xC2 && first < 0xE0 ? 2
                          : (first & 0xF0) == 0xE0        ? 3
                          : first >= 0xF0 && first < 0xF5 ? 4
                                                          : 0;
    for (size_t i = 1; i < length; ++i)
        if ((byte(at + i) & 0xC0) != 0x80) return 0;
    return length;
}

bool is_control(const std::string& text, size_t at, size_t length) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if (length == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
    if (length == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
    // What turns the direction of writing around.
    return length == 3 && byte(0) == 0xE2 &&
           ((byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) ||
            (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9));
}

}  // namespace

std::string printable(const std::string& text, size_t width) {
    std::vector<std::string> characters;
    for (size_t at = 0; at < text.size();) {
        const size_t length = character_at(text, at);
        characters.push_back(length == 0 || is_control(text, at, length) ? "?" : text.substr(at, length));
        at += length ? length : 1;
    }
    const bool cut = width && characters.size() > width;
    if (cut) characters.resize(width - 1);
    std::string shown;
    for (const std::string& character : characters) shown += character;
    return cut ? shown + "…" : shown;
}

}  // namespace simple::history

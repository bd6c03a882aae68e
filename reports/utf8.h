// Characters of text that may be malformed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace simple::reports {

struct Character {
    uint32_t code = 0;
    size_t size = 0;  // in bytes; 0 where the text is malformed: cut short, or longer than it needs to be
};

// The one that a text which is not empty begins with.
Character first_character(std::string_view text);

inline constexpr const char* kReplacement = "\xEF\xBF\xBD";  // U+FFFD

}  // namespace simple::reports

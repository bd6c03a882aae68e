// Numbers as text to the last bit, for results that are told thousands of times to be compared: in a fraction of what a
// stream takes.
#pragma once

#include <charconv>
#include <string>

namespace simple {

// Hexadecimal, as of %a without its 0x: "1.8p+1".
inline void append_exact(std::string& text, double number) {
    char digits[40];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, number, std::chars_format::hex).ptr);
}

}  // namespace simple

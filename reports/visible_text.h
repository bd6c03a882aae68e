// Text of others for a person's eyes: nothing in it moves a cursor, colours a terminal or turns a line around.
#pragma once

#include <string>
#include <string_view>

namespace simple::reports {

// UTF-8, whatever came. A control character but tab and newline, and what orders text from right to left (UAX #9),
// becomes its number, which every font has: "<U+001B>". What is no UTF-8 becomes U+FFFD.
std::string visible_text(std::string_view text);

// The same for one line: newlines and tabs become numbers too.
std::string visible_line(std::string_view text);

}  // namespace simple::reports

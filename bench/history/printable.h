// Text from elsewhere, made fit for a terminal.
#pragma once

#include <string>

namespace simple::history {

// Control characters, and bytes that are no UTF-8, become "?". width: characters at most, the last then "…"; 0 for any.
std::string printable(const std::string& text, size_t width = 0);

}  // namespace simple::history

#pragma once

#include <string_view>

namespace simple::bench {

// C++20 has it in string_view.
inline bool starts_with(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }

}  // namespace simple::bench

// What a suite that streams events writes to stdout where a case begins and ends, so that the supervisor knows which
// case wrote what stands between.
#pragma once

#include <string>

namespace simple {

inline std::string case_begins_mark(const std::string& id) { return "\x1e+" + id + "\n"; }
inline std::string case_ends_mark(const std::string& id) { return "\x1e-" + id + "\n"; }

}  // namespace simple

// Patterns over cases' ids.
#pragma once

#include <fnmatch.h>

#include <cstring>

namespace simple {

// Shell-style *, ? and [...]; an id matches itself whatever it holds, as in the line that repeats it.
inline bool glob_matches(const char* pattern, const char* text) {
    return std::strcmp(pattern, text) == 0 || fnmatch(pattern, text, FNM_NOESCAPE) == 0;
}

}  // namespace simple

// Patterns over cases' ids.
#pragma once

namespace simple {

// Shell-style * and ?.
inline bool glob_matches(const char* pattern, const char* text) {
    if (*pattern == '\0') return *text == '\0';
    if (*pattern == '*') return glob_matches(pattern + 1, text) || (*text != '\0' && glob_matches(pattern, text + 1));
    return *text != '\0' && (*pattern == '?' || *pattern == *text) && glob_matches(pattern + 1, text + 1);
}

}  // namespace simple

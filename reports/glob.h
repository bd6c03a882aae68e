// Patterns over cases' ids.
#pragma once

#include <fnmatch.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

namespace simple {

// Shell-style *, ? and [...]; an id matches itself whatever it holds, as in the line that repeats it.
inline bool glob_matches(const char* pattern, const char* text) {
    return std::strcmp(pattern, text) == 0 || fnmatch(pattern, text, FNM_NOESCAPE) == 0;
}

// Whether one of the patterns, or none being given, takes the text.
inline bool selected_by(const std::vector<std::string>& patterns, const std::string& text) {
    return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
               return glob_matches(pattern.c_str(), text.c_str());
           });
}

}  // namespace simple

// A file that somebody named, read whole.
#pragma once

#include <string>

namespace simple {

// Throws std::runtime_error where something else than a regular file is there, since a pipe might never end.
void demand_regular_file(const std::string& path);

// Throws std::runtime_error where it is no regular file, or cannot be read.
std::string text_of_file(const std::string& path);

}  // namespace simple

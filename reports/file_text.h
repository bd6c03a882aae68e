// A file that somebody named, read whole.
#pragma once

#include <string>

namespace simple {

// Throws std::runtime_error where it is no regular file, since a pipe might never end, or cannot be read.
std::string text_of_file(const std::string& path);

}  // namespace simple

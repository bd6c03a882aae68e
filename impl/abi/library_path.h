// The path of a library as the loader must be given it.
#pragma once

#include <string>

namespace simple {

// A path without a slash would be searched for in the system's folders, which is not what one on a command line means.
inline std::string with_folder(const std::string& path) {
    return path.find('/') == std::string::npos ? "./" + path : path;
}

// A path of the same library for LD_PRELOAD, whose entries end at blanks and colons and cannot be quoted (ld.so(8)):
// the path itself where it has neither, otherwise one through a link in the system's folder for temporary files, which
// this process removes when it ends. Throws std::system_error where no link can be made.
std::string preloadable(const std::string& path);

// NAME=value for the environment of a program that is to have the library, and what this process has preloaded itself.
std::string preloading(const std::string& path);

}  // namespace simple

// The path of a library as the loader must be given it.
#pragma once

#include <string>

namespace simple {

// A path without a slash would be searched for in the system's folders, which is not what one on a command line means.
inline std::string with_folder(const std::string& path) {
    return path.find('/') == std::string::npos ? "./" + path : path;
}

}  // namespace simple

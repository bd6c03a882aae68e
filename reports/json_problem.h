// What the JSON library says of text that is none, without the name that it has for the exception.
#pragma once

#include <exception>
#include <string>

namespace simple {

inline std::string json_problem(const std::exception& e) {
    const std::string what = e.what(), end = "] ";
    return what.rfind("[json.exception.", 0) == 0 ? what.substr(what.find(end) + end.size()) : what;
}

}  // namespace simple

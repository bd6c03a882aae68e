// JSON that others wrote, and what the JSON library says of text that is none, without the name of its exception.
#pragma once

#include <exception>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace simple {

inline std::string json_problem(const std::exception& e) {
    const std::string what = e.what(), end = "] ";
    return what.rfind("[json.exception.", 0) == 0 ? what.substr(what.find(end) + end.size()) : what;
}

// Copying and writing a document call themselves for what is nested in it, and a stack has an end.
inline nlohmann::json parsed_json(const std::string& text) {
    constexpr int kDeepest = 32;
    return nlohmann::json::parse(text, [](int depth, nlohmann::json::parse_event_t, const nlohmann::json&) {
        if (depth > kDeepest) throw std::runtime_error("it is nested deeper than anything that the gate writes");
        return true;
    });
}

}  // namespace simple

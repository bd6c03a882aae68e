// Pages: a bundled template, and the data that are put in where they are shown.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace simple::page {

// For a script element: no "<" in it ends or begins anything, and all of it is ASCII.
std::string for_script(const nlohmann::ordered_json& json);

// The template with a text at each place, such as "@DATA@"; what is put in is not searched. Throws std::logic_error
// where it lacks one, or the places stand in another order.
std::string filled(std::string_view page, const std::vector<std::pair<std::string, std::string>>& texts);

}  // namespace simple::page

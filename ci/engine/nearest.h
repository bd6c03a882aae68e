// The word that somebody meant who mistyped one.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

// Of the known words, of which there is at least one, that with the fewest letters to change.
std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace simple::gate

// Property cases of functions with dyncall forms whose calls fit a form never, or hardly ever.
#pragma once

#include <string>

namespace simple::golden {

// id: in the property suite.
bool is_without_form(const std::string& id);

}  // namespace simple::golden

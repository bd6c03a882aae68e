// The promises of the contract in one line each, so that a failure says what it broke. The whole text:
// docs/contract.md.
#pragma once

#include <string_view>
#include <vector>

namespace simple::gate {

struct Promise {
    std::string_view id;
    std::string_view text;
};

const std::vector<Promise>& promises();
std::string_view promise_text(std::string_view id);  // "" for an id that does not exist

}  // namespace simple::gate

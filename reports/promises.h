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

// Of the contract that these are of, and that a run is judged by unless --contract names an older one.
constexpr const char* kContractVersion = "1.1";

const std::vector<Promise>& promises();
// The defects D01 to D21 of published implementations: a case that would show one names it like a promise.
const std::vector<Promise>& known_defects();

// Of a promise or a defect; "" for an id that does not exist.
std::string_view promise_text(std::string_view id);

}  // namespace simple::gate

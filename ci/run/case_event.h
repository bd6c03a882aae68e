// The event with which a suite ends a case (ci/testkit/suite.h), read as what anybody may have written: whatever is not
// as a suite writes it is left out, and what is kept of it is bounded.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "reports/verdict.h"

namespace simple::gate {

// A field of any event; "" where it is no text.
std::string text_in(const nlohmann::json& event, const char* key);

// The number of the function that is given up and that the case called; none where the case ended otherwise.
std::optional<int32_t> given_up_in(const nlohmann::json& event);

CaseResult case_result(const nlohmann::json& event);

}  // namespace simple::gate

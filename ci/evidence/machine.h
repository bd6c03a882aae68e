// The machine of a run, as far as it may matter for what was found: JSON.
#pragma once

#include <nlohmann/json.hpp>

namespace simple::evidence {

nlohmann::ordered_json machine();

}  // namespace simple::evidence

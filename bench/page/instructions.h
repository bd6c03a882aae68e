// What counts of instructions the page shows.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace simple::page {

// {"candidate", "baseline", "calls": [[call, {object: instructions}, the same of the baseline or null]]} of a report
// that ci/perf --instructions --json wrote. Throws std::runtime_error with a sentence where the file is none.
nlohmann::ordered_json instructions_of(const std::string& file);

}  // namespace simple::page

// What the page of a run shows. reports/page/run/data.js reads it.
#pragma once

#include <nlohmann/json.hpp>

#include "reports/verdict.h"

namespace simple::page {

// Cases are columns of numbers, which point into tables of what recurs. All text is visible_text.
nlohmann::ordered_json run_data(const gate::Verdict& verdict);

}  // namespace simple::page

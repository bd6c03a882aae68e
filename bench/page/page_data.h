// What the page shows, made of a history. bench/page/src/data.js reads it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "bench/history/store.h"

namespace simple::page {

// Intervals are given for so many of each series' latest runs; medians and decisions for all.
inline constexpr size_t kRunsWithIntervals = 200;

struct PageData {
    nlohmann::ordered_json json;
    // Per series, at the offsets that json tells: ratios (int16 a cell), decisions (RunLengths), and low and high of
    // the latest runs' intervals (int16 each, cells again call by call).
    std::string cells;
};

PageData page_data(const history::Store& store);

}  // namespace simple::page

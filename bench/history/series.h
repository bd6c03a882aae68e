// Runs that can be held against each other, and what they say of one call.
#pragma once

#include <vector>

#include "bench/history/change_points.h"
#include "bench/history/store.h"

namespace simple::history {

struct Series {
    SeriesKey key;
    std::vector<RunHead> runs;  // by time
};

// The one with the latest run first.
std::vector<Series> series_of(const std::vector<RunHead>& runs);

// A call in a series: an element a run; empty where it was not in the run.
struct CallHistory {
    Call call;
    std::vector<std::optional<Measurement>> runs;
    std::vector<ChangePoint> changes;  // at: the run
};

// What a ratio tells of its call: not where the run is invalid.
bool is_believed(const Measurement& measurement);

CallHistory history_of(const Store& store, const Series& series, const Call& call);

// Change points of logarithms of the ratios that are believed.
std::vector<ChangePoint> changes_of(const std::vector<std::optional<Measurement>>& runs);

}  // namespace simple::history

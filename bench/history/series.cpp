#include "bench/history/series.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "bench/compare/decide.h"

namespace simple::history {

std::vector<Series> series_of(const std::vector<RunHead>& runs) {
    std::vector<Series> all;
    for (const RunHead& run : runs) {
        const SeriesKey key{run.machine, run.baseline};
        auto at = std::find_if(all.begin(), all.end(), [&](const Series& series) { return series.key == key; });
        if (at == all.end()) at = all.insert(all.end(), {key, {}});
        at->runs.push_back(run);
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Series& a, const Series& b) { return a.runs.back().at > b.runs.back().at; });
    return all;
}

bool is_believed(const Measurement& measurement) {
    return measurement.measured && measurement.measured->ratio > 0 &&
           measurement.decision != compare::name_of(compare::Decision::invalid);
}

std::vector<ChangePoint> changes_of(const std::vector<std::optional<Measurement>>& runs) {
    std::vector<double> values;
    std::vector<size_t> run_of;
    for (size_t i = 0; i < runs.size(); ++i) {
        if (!runs[i] || !is_believed(*runs[i])) continue;
        values.push_back(std::log(runs[i]->measured->ratio));
        run_of.push_back(i);
    }
    std::vector<ChangePoint> changes = change_points(values);
    for (ChangePoint& change : changes) change.at = run_of[change.at];
    return changes;
}

CallHistory history_of(const Store& store, const Series& series, const Call& call) {
    std::unordered_map<int64_t, size_t> position;
    for (size_t i = 0; i < series.runs.size(); ++i) position[series.runs[i].number] = i;
    CallHistory history{call, std::vector<std::optional<Measurement>>(series.runs.size()), {}};
    store.each_measurement_of(call, [&](const Measurement& measurement) {
        if (const auto at = position.find(measurement.run); at != position.end())
            history.runs[at->second] = measurement;
    });
    history.changes = changes_of(history.runs);
    return history;
}

}  // namespace simple::history

#include "bench/page/page_data.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "bench/compare/decide.h"
#include "bench/history/series.h"
#include "bench/history/sign_monitor.h"
#include "bench/page/cells.h"

namespace simple::page {
namespace {

using history::Measurement;
using history::Series;
using Json = nlohmann::ordered_json;
using Cells = std::vector<std::optional<Measurement>>;

// What all calls of a run say together.
struct RunSums {
    std::vector<double> nulls, detectable;
};

struct SeriesData {
    const Series* series;
    std::string ratios, intervals;
    RunLengths decisions;
    std::vector<RunSums> sums;
    history::SignMonitor monitor;
    std::vector<std::vector<history::ChangePoint>> changes;  // a call each

    explicit SeriesData(const Series& of) : series(&of), sums(of.runs.size()), monitor(of.runs.size()) {}
    void take(const Cells& cells);
};

void SeriesData::take(const Cells& cells) {
    const size_t first = cells.size() > kRunsWithIntervals ? cells.size() - kRunsWithIntervals : 0;
    for (size_t i = 0; i < cells.size(); ++i) {
        const auto& cell = cells[i];
        const auto found = cell ? cell->measured : std::nullopt;
        append(ratios, found ? packed_ratio(found->ratio) : kNoRatio);
        decisions.push(cell ? code_of(cell->decision) : 0);
        if (i >= first) {
            append(intervals, found ? packed_ratio(found->low) : kNoRatio);
            append(intervals, found ? packed_ratio(found->high) : kNoRatio);
        }
        if (!found) continue;
        sums[i].nulls.push_back(found->null);
        // A slowdown by so much puts an interval of this width above the margin.
        sums[i].detectable.push_back(compare::kMargin + found->ratio - found->low);
    }
    monitor.take(cells);
    changes.push_back(history::changes_of(cells));
}

// Shortest that is right to five digits.
double rounded(double value) { return std::round(value * 1e5) / 1e5; }

double quantile(std::vector<double>& values, double part) {
    const auto at = values.begin() +
                    static_cast<std::vector<double>::difference_type>(part * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return rounded(*at);
}

// Which part of the calls would be called slower if they were by so much.
double part_told(const std::vector<double>& detectable, double slowdown) {
    const auto told =
        std::count_if(detectable.begin(), detectable.end(), [&](double least) { return least <= slowdown; });
    return rounded(static_cast<double>(told) / static_cast<double>(detectable.size()));
}

// Of the latest run: by slowdown; null where it measured nothing.
Json power_json(const SeriesData& data) {
    const std::vector<double>& detectable = data.sums.back().detectable;
    if (detectable.empty()) return nullptr;
    Json power = Json::array();
    for (const double slowdown : {0.02, 0.03, 0.05}) power.push_back({slowdown, part_told(detectable, slowdown)});
    return power;
}

// By column: names are written once.
Json runs_json(SeriesData& data) {
    Json at = Json::array(), commit = at, subject = at, version = at, state = at, null = at, detectable = at;
    for (size_t i = 0; i < data.series->runs.size(); ++i) {
        const history::RunHead& run = data.series->runs[i];
        RunSums& sums = data.sums[i];
        at.push_back(run.at.substr(0, 16));
        commit.push_back(run.commit);
        subject.push_back(run.subject);
        version.push_back(run.version);
        state.push_back(!run.not_comparable.empty() ? "not comparable: " + run.not_comparable
                        : run.nulls_off             ? "invalid: " + std::to_string(run.nulls_off) + " nulls are off"
                                                    : "");
        if (sums.nulls.empty()) {
            null.push_back(nullptr);
            detectable.push_back(nullptr);
            continue;
        }
        null.push_back({quantile(sums.nulls, 0.05), quantile(sums.nulls, 0.5), quantile(sums.nulls, 0.95)});
        detectable.push_back({quantile(sums.detectable, 0.5), quantile(sums.detectable, 0.9)});
    }
    return {{"at", at},       {"commit", commit}, {"subject", subject},      {"version", version},
            {"state", state}, {"null", null},     {"detectable", detectable}};
}

Json changes_json(SeriesData& data) {
    Json changes = Json::array();
    for (size_t call = 0; call < data.changes.size(); ++call)
        for (const history::ChangePoint& change : data.changes[call])
            changes.push_back({call, change.at, rounded(change.before), rounded(change.after), change.p_value});
    return changes;
}

Json section(std::string& cells, const std::string& bytes) {
    const size_t offset = cells.size();
    cells += bytes;
    return {offset, bytes.size()};
}

}  // namespace

PageData page_data(const history::Store& store) {
    const std::vector<Series> all = history::series_of(store.runs());
    std::vector<SeriesData> data;
    std::unordered_map<int64_t, std::pair<size_t, size_t>> place;  // of a run's number: series, position
    for (size_t s = 0; s < all.size(); ++s) {
        data.emplace_back(all[s]);
        for (size_t i = 0; i < all[s].runs.size(); ++i) place[all[s].runs[i].number] = {s, i};
    }
    PageData page;
    Json calls = Json::array();
    for (const history::Call& call : store.calls()) {
        calls.push_back({call.name, call.function, call.size});
        std::vector<Cells> cells;
        for (const Series& series : all) cells.emplace_back(series.runs.size());
        store.each_measurement_of(call, [&](const Measurement& measurement) {
            // A run that was added since is not there.
            const auto at = place.find(measurement.run);
            if (at != place.end()) cells[at->second.first][at->second.second] = measurement;
        });
        for (size_t s = 0; s < all.size(); ++s) data[s].take(cells[s]);
    }
    Json series = Json::array();
    for (SeriesData& one : data)
        series.push_back({{"machine", one.series->key.machine},
                          {"baseline", one.series->key.baseline},
                          {"runs", runs_json(one)},
                          {"power", power_json(one)},
                          {"changes", changes_json(one)},
                          {"regressed", one.monitor.signs().regressed},
                          {"improved", one.monitor.signs().improved},
                          {"warning", history::warning_of(one.monitor.signs())},
                          {"ratios", section(page.cells, one.ratios)},
                          {"decisions", section(page.cells, one.decisions.bytes())},
                          {"intervals", section(page.cells, one.intervals)}});
    page.json = {{"made", history::utc_now()},
                 {"margin", compare::kMargin},
                 {"decisions", code_names()},
                 {"calls", calls},
                 {"series", series}};
    return page;
}

}  // namespace simple::page

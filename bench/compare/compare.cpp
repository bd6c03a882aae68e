#include "bench/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "bench/calls/sampling_process.h"
#include "bench/compare/machine.h"

namespace simple::compare {
namespace {

using Json = nlohmann::json;

void give_up(Row& row, Decision decision, std::string why) {
    row.decision = decision;
    row.message = std::move(why);
    row.screened = row.confirmed = {};
}

void take(Samples& samples, const Json& line) {
    samples.ratio.push_back(line.at("ratio"));
    samples.null.push_back(line.at("null"));
    samples.noise.push_back(line.at("noise"));
    samples.baseline_ns.push_back(line.at("baseline_ns"));
    samples.candidate_ns.push_back(line.at("candidate_ns"));
    if (line.contains("relink")) samples.relink.push_back(line["relink"]);
}

// The names of the rows that take says.
template <typename Take>
std::vector<std::string> names_of(const Report& report, Take take) {
    std::vector<std::string> names;
    for (const Row& row : report.rows)
        if (take(row)) names.push_back(row.name);
    return names;
}

// Takes the lines of a process one by one into the report. Of a call that another process has decided meanwhile nothing
// is taken.
class Reading {
  public:
    Reading(Report& report, Samples Row::*where) : report_(report), where_(where) {}

    void operator()(const Json& line) {
        if (line.contains("version")) report_.version = line["version"];
        if (line.contains("baseline_version")) report_.baseline_version = line["baseline_version"];
        if (line.contains("machine")) report_.machine = line["machine"];
        if (line.contains("not_comparable")) report_.not_comparable = line["not_comparable"];
        if (line.contains("begin")) begin(line);
        if (name_.empty()) return;
        Row& row = bench::row_named(report_.rows, name_);
        if (row.decided()) return;
        if (line.contains("ratio")) take(row.*where_, line);
        if (line.contains("absent"))
            give_up(row, Decision::not_measured, fmt::format("absent: {}", line["absent"].get<std::string>()));
        if (line.contains("failed")) give_up(row, Decision::not_measured, line["failed"]);
    }

  private:
    void begin(const Json& line) {
        name_ = line["begin"];
        Row& row = bench::row_named(report_.rows, name_);
        row.function = line.at("function");
        row.size = line.at("size");
        row.operands = line.at("operands");
    }

    Report& report_;
    Samples Row::*where_;
    std::string name_;
};

// A process that samples, or none.
using Place = std::unique_ptr<bench::SamplingRun>;

// What a process found that has ended. False where a call ended it.
bool take_whole(bench::SamplingRun& run, Samples Row::*where, Report& report) {
    const bench::Sampled sampled = run.take(Reading(report, where));
    if (sampled.unfinished.empty()) return true;
    Row& row = bench::row_named(report.rows, sampled.unfinished);
    if (!row.decided())
        give_up(row, Decision::crash,
                sampled.hung ? "a call of it does not end" : "timing it ended the process with " + sampled.ending);
    return false;
}

// count whole processes over these calls, or all where there are none, but for those that are decided. One that a call
// ended measured nothing behind it: another takes its place.
void measure(const Comparing& comparing, const std::string& what, int count, const std::vector<std::string>& filters,
             Samples Row::*where, double from, double to, Report& report) {
    const int most_endings = 16 * static_cast<int>(comparing.at_once);
    std::vector<Place> places(comparing.at_once);
    int whole = 0, endings = 0, running = 0;
    while (whole < count) {
        // What runs comes to its end, so that there is something to judge.
        report.interrupted = report.interrupted || comparing.interrupted();
        if (report.interrupted && running == 0) return;
        for (size_t i = 0; i < places.size(); ++i) {
            if (!places[i]) {
                if (report.interrupted || whole + running == count) continue;
                comparing.progress(what, from + (to - from) * whole / count);
                places[i] = std::make_unique<bench::SamplingRun>(
                    comparing.command(i),
                    bench::Choice{filters, names_of(report, [](const Row& row) { return row.decided(); })});
                ++running;
            }
            if (places[i]->look()) continue;
            const Place ended = std::move(places[i]);
            --running;
            if (take_whole(*ended, where, report))
                ++whole;
            else if (++endings > most_endings)
                throw std::runtime_error(fmt::format("{} measuring processes ended early", endings));
            if (!report.not_comparable.empty()) return;
        }
    }
}

}  // namespace

Report compare(const Comparing& comparing) {
    constexpr double kScreening = 0.4, kConfirming = 0.8;  // of the time, for the progress alone
    Report report;
    measure(comparing, "all calls", comparing.screen, comparing.filters, &Row::screened, 0, kScreening, report);
    if (!report.not_comparable.empty()) return report;
    // A function that neither has is nobody's loss.
    report.rows.erase(std::remove_if(report.rows.begin(), report.rows.end(),
                                     [](const Row& row) { return row.message == "absent: both"; }),
                      report.rows.end());
    const auto suspects = names_of(report, [](const Row& row) {
        return !row.decided() && !row.screened.ratio.empty() && is_suspect(row.screened);
    });
    if (!suspects.empty() && !report.interrupted)
        measure(comparing, fmt::format("{} calls that look changed", suspects.size()), comparing.confirm, suspects,
                &Row::confirmed, kScreening, kConfirming, report);
    const auto wide = names_of(report, [](const Row& row) {
        return !row.decided() && !row.confirmed.ratio.empty() && is_wide(row.confirmed);
    });
    if (!wide.empty() && !report.interrupted)
        measure(comparing, fmt::format("{} calls with noise", wide.size()), comparing.confirm, wide, &Row::confirmed,
                kConfirming, 1, report);
    report.off = decide(report.rows);
    return report;
}

int exit_code(const Report& report) {
    if (!report.not_comparable.empty()) return 3;
    if (report.off.any()) return 2;
    int code = report.interrupted ? 3 : 0;
    for (const Row& row : report.rows) {
        if (row.decision == Decision::inconclusive) code = std::max(code, 3);
        if (row.decision == Decision::regressed || row.decided()) return 1;
    }
    return code;
}

nlohmann::ordered_json to_json(const Report& report) {
    const auto samples_json = [](const Samples& samples) {
        nlohmann::ordered_json json{{"ratio", samples.ratio},
                                    {"null", samples.null},
                                    {"noise", samples.noise},
                                    {"baseline_ns", samples.baseline_ns},
                                    {"candidate_ns", samples.candidate_ns}};
        if (!samples.relink.empty()) json["relink"] = samples.relink;
        return json;
    };
    std::vector<std::string> nulls_off = report.off.copies;  // and those that only the other null names
    for (const std::string& name : report.off.relinks)
        if (std::find(nulls_off.begin(), nulls_off.end(), name) == nulls_off.end()) nulls_off.push_back(name);
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Row& row : report.rows) {
        nlohmann::ordered_json json{
            {"name", row.name},         {"function", row.function},          {"size", row.size},
            {"operands", row.operands}, {"decision", name_of(row.decision)}, {"message", row.message}};
        if (!row.judging().ratio.empty()) {
            json["ratio"] = row.ratio;
            json["low"] = row.interval.low;
            json["high"] = row.interval.high;
            json["p_value"] = row.p_value;
            json["screened"] = samples_json(row.screened);
            if (!row.confirmed.ratio.empty()) json["confirmed"] = samples_json(row.confirmed);
        }
        rows.push_back(std::move(json));
    }
    return {{"format", "compare 1.0"},
            {"version", report.version},
            {"baseline_version", report.baseline_version.empty() ? report.version : report.baseline_version},
            {"in_turns", !report.baseline_version.empty()},
            {"machine", report.machine},
            {"comparability_key", report.machine.is_object() ? comparability_key(report.machine) : ""},
            {"not_comparable", report.not_comparable},
            {"interrupted", report.interrupted},
            {"margin", kMargin},
            {"resolution", kResolution},
            {"family_error", kFamilyError},
            {"confidence", kConfidence},
            {"nulls_off", nulls_off},
            {"relinks_off", report.off.relinks},
            {"rows", rows}};
}

}  // namespace simple::compare

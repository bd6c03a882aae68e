#include "bench/compare/compare.h"

#include <fmt/format.h>

#include <algorithm>
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

// One process over these calls, or all where there are none, but for those that are decided. False where a call ended
// it.
bool sample(const Comparing& comparing, const std::vector<std::string>& filters, Samples Row::*where, Report& report) {
    const bench::Choice choice{filters, names_of(report, [](const Row& row) { return row.decided(); })};
    std::string name;
    const auto on_line = [&](const Json& line) {
        if (line.contains("version")) report.version = line["version"];
        if (line.contains("baseline_version")) report.baseline_version = line["baseline_version"];
        if (line.contains("machine")) report.machine = line["machine"];
        if (line.contains("not_comparable")) report.not_comparable = line["not_comparable"];
        if (line.contains("begin")) {
            name = line["begin"];
            Row& row = bench::row_named(report.rows, name);
            row.function = line.at("function");
            row.size = line.at("size");
            row.operands = line.at("operands");
        }
        if (line.contains("ratio")) take(bench::row_named(report.rows, name).*where, line);
        if (line.contains("absent"))
            give_up(bench::row_named(report.rows, name), Decision::not_measured,
                    fmt::format("absent: {}", line["absent"].get<std::string>()));
        if (line.contains("failed"))
            give_up(bench::row_named(report.rows, name), Decision::not_measured, line["failed"]);
    };
    const bench::Sampled sampled = bench::run_sampling(comparing.command(), choice, on_line);
    if (sampled.unfinished.empty() || comparing.interrupted()) return true;
    give_up(bench::row_named(report.rows, sampled.unfinished), Decision::crash,
            sampled.hung ? "a call of it does not end" : "timing it ended the process with " + sampled.ending);
    return false;
}

// count whole processes. One that a call ended measured nothing behind it: another takes its place.
void measure(const Comparing& comparing, const std::string& what, int count, const std::vector<std::string>& filters,
             Samples Row::*where, double from, double to, Report& report) {
    constexpr int kMostEndings = 16;
    int endings = 0;
    for (int whole = 0; whole < count;) {
        if (comparing.interrupted()) {
            report.interrupted = true;
            return;
        }
        comparing.progress(what, from + (to - from) * whole / count);
        if (sample(comparing, filters, where, report))
            ++whole;
        else if (++endings > kMostEndings)
            throw std::runtime_error(fmt::format("{} measuring processes ended early", endings));
        if (!report.not_comparable.empty()) return;
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

#include "reports/read_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "reports/arithmetic_json.h"
#include "reports/file_text.h"
#include "reports/json_text.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

// The enumerator with this name; `all` are its enum's values.
template <typename Enum, size_t N>
Enum named(const Json& name, const Enum (&all)[N]) {
    for (const Enum value : all)
        if (name.get<std::string>() == to_string(value)) return value;
    throw std::runtime_error("no status or outcome is " + name.dump());
}

StepStatus step_status(const Json& name) {
    using S = StepStatus;
    static constexpr S kAll[] = {S::pass,           S::fail,        S::error,   S::inconclusive, S::not_built,
                                 S::not_applicable, S::interrupted, S::not_run, S::unselected};
    return named(name, kAll);
}

Outcome outcome(const Json& name) {
    using O = Outcome;
    static constexpr O kAll[] = {O::running, O::pass, O::fail, O::error, O::inconclusive};
    return named(name, kAll);
}

template <typename Row>
std::vector<Row> rows(const Json& list, Row (*from)(const Json&)) {
    std::vector<Row> all;
    for (const auto& row : list) all.push_back(from(row));
    return all;
}

// A member that the format of an earlier gate lacks keeps its default. Of the newest format it is missed afterwards.
template <typename T>
void take(const Json& json, const char* name, T& value) {
    if (const auto found = json.find(name); found != json.end()) found->get_to(value);
}

Shard shard_from(const Json& json) {
    Shard shard;
    take(json, "index", shard.index);
    take(json, "of", shard.of);
    take(json, "plan_sha256", shard.plan_sha256);
    take(json, "boot_id", shard.boot_id);
    take(json, "cannot_be_loaded", shard.cannot_be_loaded);
    for (const auto& row : json.at("times")) {
        SuitePasses t;
        take(row, "suite", t.suite);
        take(row, "cases", t.cases);
        take(row, "jobs", t.jobs);
        const Json &wall = row.at("wall"), &cpu = row.at("cpu");
        std::tie(t.wall_low, t.wall, t.wall_high) =
            std::tuple<double, double, double>(wall.at(0), wall.at(1), wall.at(2));
        std::tie(t.cpu_low, t.cpu, t.cpu_high) = std::tuple<double, double, double>(cpu.at(0), cpu.at(1), cpu.at(2));
        take(row, "others", t.others);
        shard.times.push_back(std::move(t));
    }
    return shard;
}

Run run_from(const Json& json) {
    Run run;
    take(json, "candidate", run.candidate);
    take(json, "candidate_sha256", run.candidate_sha256);
    take(json, "functions_files", run.functions_files);
    take(json, "functions_sha256", run.functions_sha256);
    take(json, "build_id", run.build_id);
    take(json, "harness_sha256", run.harness_sha256);
    take(json, "plan_sha256", run.plan_sha256);
    take(json, "backend", run.backend);
    take(json, "version", run.version);
    take(json, "contract", run.contract);
    take(json, "started", run.started);
    take(json, "seconds", run.seconds);
    take(json, "seed", run.seed);
    take(json, "device", run.device);
    take(json, "command", run.command);
    take(json, "host", run.host);
    take(json, "machine", run.machine);
    take(json, "cores", run.cores);
    if (json.contains("arithmetic")) run.arithmetic = rows(json.at("arithmetic"), arithmetic_from<Json>);
    take(json, "selection", run.selection);
    take(json, "partial", run.partial);
    take(json, "interrupted", run.interrupted);
    take(json, "left_open", run.left_open);
    if (json.contains("shard")) run.shard = shard_from(json.at("shard"));
    return run;
}

StepResult step_from(const Json& json) {
    StepResult step;
    take(json, "name", step.name);
    take(json, "title", step.title);
    step.status = step_status(json.at("status"));
    take(json, "notes", step.notes);
    take(json, "problems", step.problems);
    take(json, "seconds", step.seconds);
    take(json, "cpu_seconds", step.cpu_seconds);
    return step;
}

SetResult set_from(const Json& json) {
    SetResult set;
    take(json, "name", set.name);
    take(json, "present", set.present);
    take(json, "total", set.total);
    take(json, "missing", set.missing);
    return set;
}

Calls calls_from(const Json& json) {
    Calls calls;
    take(json, "dtype", calls.dtype);
    take(json, "device", calls.device);
    for (const auto& [code, count] : json.at("codes").items()) calls.codes[std::stoi(code)] = count.get<int64_t>();
    return calls;
}

CaseResult case_from(const Json& json) {
    CaseResult c;
    take(json, "step", c.step);
    take(json, "suite", c.suite);
    take(json, "id", c.id);
    take(json, "function", c.function);
    take(json, "promises", c.promises);
    c.status = status_from(json.at("status").get<std::string>());
    take(json, "message", c.message);
    take(json, "seconds", c.seconds);
    take(json, "cpu_seconds", c.cpu_seconds);
    take(json, "capability", c.capability);
    take(json, "device", c.device);
    take(json, "waiver", c.waiver);
    take(json, "file", c.file);
    take(json, "repro", c.repro);
    take(json, "counts", c.counts);
    take(json, "distance_per_mille", c.distance_per_mille);
    if (json.contains("calls")) c.calls = rows(json.at("calls"), calls_from);
    return c;
}

Measurement measurement_from(const Json& json) {
    Measurement m;
    take(json, "name", m.name);
    take(json, "function", m.function);
    take(json, "size", m.size);
    take(json, "threads", m.threads);
    take(json, "side", m.side);
    take(json, "unit", m.unit);
    take(json, "samples", m.samples);
    if (json.contains("limit")) m.limit = json.at("limit").get<double>();
    return m;
}

CategoryScore score_from(const Json& json) {
    CategoryScore score;
    take(json, "category", score.name);
    take(json, "functions", score.functions);
    take(json, "present", score.present);
    take(json, "cases", score.cases);
    take(json, "passed", score.passed);
    return score;
}

WaiverResult waiver_from(const Json& json) {
    return {json.at("scope").get<std::string>(), json.at("reason").get<std::string>(),
            json.at("state").get<std::string>()};
}

std::optional<Comparison> comparison_from(const Json& json) {
    if (json.is_null()) return std::nullopt;
    Comparison comparison;
    json.at("against").get_to(comparison.against);
    comparison.only_new = json.at("fail_on") == "new";
    json.at("newly_failing").get_to(comparison.newly_failing);
    json.at("newly_passing").get_to(comparison.newly_passing);
    json.at("gone").get_to(comparison.gone);
    json.at("added").get_to(comparison.added);
    return comparison;
}

Verdict verdict_from(const Json& json) {
    Verdict verdict;
    verdict.outcome = outcome(json.at("outcome"));
    verdict.run = run_from(json.at("run"));
    json.at("problems").get_to(verdict.problems);
    verdict.steps = rows(json.at("steps"), step_from);
    verdict.cases = rows(json.at("cases"), case_from);
    verdict.waivers = rows(json.at("waivers"), waiver_from);
    const Json none = Json::array();
    const auto list = [&](const char* name) -> const Json& { return json.contains(name) ? json.at(name) : none; };
    verdict.sets = rows(list("sets"), set_from);
    verdict.scorecard = rows(list("scorecard"), score_from);
    verdict.measurements = rows(list("measurements"), measurement_from);
    take(json, "extra_symbols", verdict.extra_symbols);
    take(json, "unnamed_promises", verdict.unnamed_promises);
    if (json.contains("comparison")) verdict.comparison = comparison_from(json.at("comparison"));
    // The oldest is listed first.
    const auto formats = reports::verdict_formats();
    const auto place = [&](const std::string& format) { return std::find(formats.begin(), formats.end(), format); };
    verdict.tells_distances = place(json.value("format", "none")) >= place("verdict 1.6");
    return verdict;
}

// Whether `all` has every member of `some`, and with the same value.
bool has_all_of(const Json& all, const Json& some) {
    if (all.type() != some.type() && !(all.is_number() && some.is_number())) return false;
    if (some.is_array()) return std::equal(all.begin(), all.end(), some.begin(), some.end(), has_all_of);
    if (!some.is_object()) return all == some;
    for (const auto& [name, value] : some.items())
        if (!all.contains(name) || !has_all_of(all.at(name), value)) return false;
    return true;
}

// In what a verdict that was read is not all that the file says; "" for nothing.
std::string difference(const Json& json, const Verdict& verdict) {
    const std::string format = json.value("format", "none");
    const auto formats = reports::verdict_formats();
    if (std::find(formats.begin(), formats.end(), format) == formats.end()) return "its format is " + format;
    Json written = Json::parse(reports::to_json(verdict));
    if (format == formats.back()) return written == json ? "" : "it has other members";
    written["format"] = format;
    return has_all_of(written, json) ? "" : "it has members that no gate wrote as " + format;
}

}  // namespace

Verdict read_verdict(const std::string& text, const std::string& name) {
    Verdict verdict;
    Json json;
    try {
        json = Json::parse(text);
        verdict = verdict_from(json);
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{} is no verdict, or not whole: {}", name, json_problem(e)));
    }
    // What is dropped in reading, and what is added by hand, shows when it is written again.
    if (const std::string why = difference(json, verdict); !why.empty())
        throw std::runtime_error(fmt::format("{} is not as this gate writes a verdict: {}", name, why));
    return verdict;
}

void demand_ended(const Verdict& verdict, const std::string& name) {
    if (verdict.outcome == Outcome::running)
        throw std::runtime_error(fmt::format("{} says running: that run has not ended, or was killed", name));
}

Verdict read_verdict_file(const std::string& path) { return read_verdict(text_of_file(path), path); }

}  // namespace simple::gate

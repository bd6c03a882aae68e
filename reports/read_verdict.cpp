#include "reports/read_verdict.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

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

Shard shard_from(const Json& json) {
    Shard shard;
    json.at("index").get_to(shard.index);
    json.at("of").get_to(shard.of);
    json.at("plan_sha256").get_to(shard.plan_sha256);
    json.at("cannot_be_loaded").get_to(shard.cannot_be_loaded);
    for (const auto& row : json.at("times")) {
        SuitePasses t;
        row.at("suite").get_to(t.suite);
        row.at("cases").get_to(t.cases);
        row.at("jobs").get_to(t.jobs);
        const Json &wall = row.at("wall"), &cpu = row.at("cpu");
        std::tie(t.wall_low, t.wall, t.wall_high) =
            std::tuple<double, double, double>(wall.at(0), wall.at(1), wall.at(2));
        std::tie(t.cpu_low, t.cpu, t.cpu_high) = std::tuple<double, double, double>(cpu.at(0), cpu.at(1), cpu.at(2));
        row.at("others").get_to(t.others);
        shard.times.push_back(std::move(t));
    }
    return shard;
}

Run run_from(const Json& json) {
    Run run;
    json.at("candidate").get_to(run.candidate);
    json.at("candidate_sha256").get_to(run.candidate_sha256);
    json.at("build_id").get_to(run.build_id);
    json.at("harness_sha256").get_to(run.harness_sha256);
    json.at("plan_sha256").get_to(run.plan_sha256);
    json.at("backend").get_to(run.backend);
    json.at("version").get_to(run.version);
    json.at("started").get_to(run.started);
    json.at("seconds").get_to(run.seconds);
    json.at("seed").get_to(run.seed);
    json.at("device").get_to(run.device);
    json.at("command").get_to(run.command);
    json.at("host").get_to(run.host);
    json.at("machine").get_to(run.machine);
    json.at("cores").get_to(run.cores);
    json.at("selection").get_to(run.selection);
    json.at("partial").get_to(run.partial);
    json.at("interrupted").get_to(run.interrupted);
    json.at("left_open").get_to(run.left_open);
    if (json.contains("shard")) run.shard = shard_from(json.at("shard"));
    return run;
}

StepResult step_from(const Json& json) {
    StepResult step;
    json.at("name").get_to(step.name);
    json.at("title").get_to(step.title);
    step.status = step_status(json.at("status"));
    json.at("notes").get_to(step.notes);
    json.at("problems").get_to(step.problems);
    json.at("seconds").get_to(step.seconds);
    return step;
}

SetResult set_from(const Json& json) {
    SetResult set;
    json.at("name").get_to(set.name);
    json.at("present").get_to(set.present);
    json.at("total").get_to(set.total);
    json.at("missing").get_to(set.missing);
    return set;
}

CaseResult case_from(const Json& json) {
    CaseResult c;
    json.at("step").get_to(c.step);
    json.at("suite").get_to(c.suite);
    json.at("id").get_to(c.id);
    json.at("function").get_to(c.function);
    json.at("promises").get_to(c.promises);
    c.status = status_from(json.at("status").get<std::string>());
    json.at("message").get_to(c.message);
    json.at("seconds").get_to(c.seconds);
    json.at("capability").get_to(c.capability);
    c.device = json.value("device", "");
    json.at("waiver").get_to(c.waiver);
    json.at("file").get_to(c.file);
    json.at("repro").get_to(c.repro);
    if (json.contains("counts")) json.at("counts").get_to(c.counts);
    return c;
}

Measurement measurement_from(const Json& json) {
    Measurement m;
    json.at("name").get_to(m.name);
    json.at("function").get_to(m.function);
    json.at("size").get_to(m.size);
    json.at("threads").get_to(m.threads);
    json.at("side").get_to(m.side);
    json.at("unit").get_to(m.unit);
    json.at("samples").get_to(m.samples);
    if (json.contains("limit")) m.limit = json.at("limit").get<double>();
    return m;
}

CategoryScore score_from(const Json& json) {
    CategoryScore score;
    json.at("category").get_to(score.name);
    json.at("functions").get_to(score.functions);
    json.at("present").get_to(score.present);
    json.at("cases").get_to(score.cases);
    json.at("passed").get_to(score.passed);
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

template <typename Row>
std::vector<Row> rows(const Json& list, Row (*from)(const Json&)) {
    std::vector<Row> all;
    for (const auto& row : list) all.push_back(from(row));
    return all;
}

Verdict verdict_from(const Json& json) {
    Verdict verdict;
    verdict.outcome = outcome(json.at("outcome"));
    verdict.run = run_from(json.at("run"));
    json.at("problems").get_to(verdict.problems);
    verdict.steps = rows(json.at("steps"), step_from);
    verdict.sets = rows(json.at("sets"), set_from);
    json.at("extra_symbols").get_to(verdict.extra_symbols);
    json.at("unnamed_promises").get_to(verdict.unnamed_promises);
    verdict.scorecard = rows(json.at("scorecard"), score_from);
    verdict.waivers = rows(json.at("waivers"), waiver_from);
    verdict.comparison = comparison_from(json.at("comparison"));
    verdict.cases = rows(json.at("cases"), case_from);
    verdict.measurements = rows(json.at("measurements"), measurement_from);
    return verdict;
}

}  // namespace

Verdict read_verdict(const std::string& text, const std::string& name) {
    Verdict verdict;
    Json json;
    try {
        json = Json::parse(text);
        verdict = verdict_from(json);
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{} is no verdict, or not whole: {}", name, e.what()));
    }
    // What is dropped in reading, and what is added by hand, shows when it is written again.
    if (Json::parse(reports::to_json(verdict)) != json)
        throw std::runtime_error(fmt::format("{} is not as this gate writes a verdict: its format is {}", name,
                                             json.value("format", "none")));
    return verdict;
}

}  // namespace simple::gate

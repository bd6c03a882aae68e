#include <nlohmann/json.hpp>

#include "reports/arithmetic_json.h"
#include "reports/reports.h"

namespace simple::reports {
namespace {

using Json = nlohmann::ordered_json;
using gate::Verdict;

Json of(const gate::Shard& shard) {
    Json times = Json::array();
    for (const auto& t : shard.times)
        times.push_back({{"suite", t.suite},
                         {"cases", t.cases},
                         {"jobs", t.jobs},
                         {"wall", {t.wall_low, t.wall, t.wall_high}},
                         {"cpu", {t.cpu_low, t.cpu, t.cpu_high}},
                         {"others", t.others}});
    return {{"index", shard.index},
            {"of", shard.of},
            {"plan_sha256", shard.plan_sha256},
            {"boot_id", shard.boot_id},
            {"cannot_be_loaded", shard.cannot_be_loaded},
            {"times", times}};
}

Json of(const gate::Run& run) {
    Json arithmetic = Json::array();
    for (const auto& one : run.arithmetic) arithmetic.push_back(gate::to_json<Json>(one));
    Json json{{"candidate", run.candidate},
              {"candidate_sha256", run.candidate_sha256},
              {"functions_files", run.functions_files},
              {"functions_sha256", run.functions_sha256},
              {"build_id", run.build_id},
              {"harness_sha256", run.harness_sha256},
              {"plan_sha256", run.plan_sha256},
              {"backend", run.backend},
              {"version", run.version},
              {"contract", run.contract},
              {"started", run.started},
              {"seconds", run.seconds},
              {"seed", run.seed},
              {"device", run.device},
              {"command", run.command},
              {"host", run.host},
              {"machine", run.machine},
              {"cores", run.cores},
              {"arithmetic", arithmetic},
              {"selection", run.selection},
              {"partial", run.partial},
              {"interrupted", run.interrupted},
              {"left_open", run.left_open}};
    if (run.shard) json["shard"] = of(*run.shard);
    return json;
}

Json of(const gate::StepResult& step) {
    Json json{{"name", step.name},       {"title", step.title}, {"status", to_string(step.status)},
              {"seconds", step.seconds}, {"notes", step.notes}, {"problems", step.problems}};
    if (step.cpu_seconds > 0) json["cpu_seconds"] = step.cpu_seconds;
    return json;
}

Json of(const gate::SetResult& set) {
    return {{"name", set.name},
            {"state", set.state()},
            {"present", set.present},
            {"total", set.total},
            {"missing", set.missing}};
}

Json of(const gate::Calls& calls) {
    Json codes = Json::object();
    for (const auto& [code, count] : calls.codes) codes[std::to_string(code)] = count;
    return {{"dtype", calls.dtype}, {"device", calls.device}, {"codes", codes}};
}

Json of(const gate::CaseResult& c) {
    Json json{{"id", c.id},
              {"suite", c.suite},
              {"step", c.step},
              {"function", c.function},
              {"promises", c.promises},
              {"status", to_string(c.status)},
              {"message", c.message},
              {"seconds", c.seconds},
              {"capability", c.capability},
              {"waiver", c.waiver},
              {"file", c.file},
              {"repro", c.repro}};
    if (c.cpu_seconds > 0) json["cpu_seconds"] = c.cpu_seconds;
    if (!c.device.empty()) json["device"] = c.device;
    if (!c.counts.empty()) json["counts"] = c.counts;
    if (c.distance_per_mille > 0) json["distance_per_mille"] = c.distance_per_mille;
    for (const auto& calls : c.calls) json["calls"].push_back(of(calls));
    return json;
}

Json of(const gate::Measurement& m) {
    Json json{{"name", m.name}, {"function", m.function}, {"size", m.size},      {"threads", m.threads},
              {"side", m.side}, {"unit", m.unit},         {"samples", m.samples}};
    if (m.limit) json["limit"] = *m.limit;
    return json;
}

Json of(const gate::CategoryScore& score) {
    return {{"category", score.name},
            {"functions", score.functions},
            {"present", score.present},
            {"cases", score.cases},
            {"passed", score.passed}};
}

Json of(const gate::WaiverResult& waiver) {
    return {{"scope", waiver.scope}, {"reason", waiver.reason}, {"state", waiver.state}};
}

Json of(const std::optional<gate::Comparison>& comparison) {
    if (!comparison) return nullptr;
    return {{"against", comparison->against},
            {"fail_on", comparison->only_new ? "new" : "any"},
            {"newly_failing", comparison->newly_failing},
            {"newly_passing", comparison->newly_passing},
            {"gone", comparison->gone},
            {"added", comparison->added}};
}

template <typename Rows>
Json all(const Rows& rows) {
    Json list = Json::array();
    for (const auto& row : rows) list.push_back(of(row));
    return list;
}

}  // namespace

std::vector<std::string> verdict_formats() {
    return {"verdict 1.0", "verdict 1.1", "verdict 1.2", "verdict 1.3",
            "verdict 1.4", "verdict 1.5", "verdict 1.6", "verdict 1.7"};
}

std::string to_json(const Verdict& verdict) {
    const Json json{{"format", verdict_formats().back()},
                    {"outcome", to_string(verdict.outcome)},
                    {"exit_code", exit_code(verdict.outcome)},
                    {"run", of(verdict.run)},
                    {"problems", verdict.problems},
                    {"steps", all(verdict.steps)},
                    {"sets", all(verdict.sets)},
                    {"extra_symbols", verdict.extra_symbols},
                    {"unnamed_promises", verdict.unnamed_promises},
                    {"scorecard", all(verdict.scorecard)},
                    {"waivers", all(verdict.waivers)},
                    {"comparison", of(verdict.comparison)},
                    {"cases", all(verdict.cases)},
                    {"measurements", all(verdict.measurements)}};
    // A candidate's message may hold any bytes.
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace simple::reports

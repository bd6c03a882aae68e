#include "reports/page/run_data.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "impl/abi/function_table.h"
#include "reports/capabilities.h"
#include "reports/groups.h"
#include "reports/promises.h"
#include "reports/reasons.h"
#include "reports/statistics.h"
#include "reports/visible_text.h"

namespace simple::page {
namespace {

using Json = nlohmann::ordered_json;
using gate::CaseResult;
using reports::visible_line;
using reports::visible_text;

constexpr double kConfidence = 0.99;

Json lines(const std::vector<std::string>& texts) {
    Json all = Json::array();
    for (const auto& text : texts) all.push_back(visible_line(text));
    return all;
}

// What may have several lines.
Json texts(const std::vector<std::string>& texts) {
    Json all = Json::array();
    for (const auto& text : texts) all.push_back(visible_text(text));
    return all;
}

// Each value once, and which it was of each case.
class Column {
  public:
    void add(Json value) {
        const auto [place, is_new] = places_.emplace(value.dump(), values_.size());
        if (is_new) values_.push_back(std::move(value));
        indices_.push_back(place->second);
    }
    const Json& values() const { return values_; }
    const Json& indices() const { return indices_; }

  private:
    std::map<std::string, size_t> places_;
    Json values_ = Json::array();
    Json indices_ = Json::array();
};

// A line that repeats a case, around what names the case in it; the whole line where nothing does.
Json repro_of(const CaseResult& c) {
    std::string id = c.id;
    std::replace(id.begin(), id.end(), ',', '?');
    const size_t at = c.repro.rfind(id);
    if (id.empty() || at == std::string::npos || visible_line(id) != id) return Json::array({visible_line(c.repro)});
    return Json::array({visible_line(c.repro.substr(0, at)), visible_line(c.repro.substr(at + id.size()))});
}

Json cases_of(const gate::Verdict& verdict) {
    Json ids = Json::array(), microseconds = Json::array();
    std::map<std::string, Column> columns;
    for (const auto& c : verdict.cases) {
        ids.push_back(visible_line(c.id));
        microseconds.push_back(std::llround(c.seconds * 1e6));
        columns["suite"].add(visible_line(c.suite));
        columns["step"].add(visible_line(c.step));
        columns["function"].add(visible_line(c.function));
        columns["promises"].add(lines(c.promises));
        columns["status"].add(to_string(c.status));
        columns["message"].add(visible_text(c.message));
        columns["capability"].add(visible_line(c.capability));
        columns["device"].add(visible_line(c.device));
        columns["waiver"].add(visible_line(c.waiver));
        columns["file"].add(visible_line(c.file));
        columns["repro"].add(repro_of(c));
    }
    Json tables = Json::object(), indices{{"id", ids}, {"seconds", microseconds}};
    for (const auto& [name, column] : columns) {
        tables[name] = column.values();
        indices[name] = column.indices();
    }
    return {{"tables", tables}, {"columns", indices}};
}

Json groups_of(const gate::Verdict& verdict) {
    Json all = Json::array();
    for (const auto& group : gate::groups_of_failures(verdict.cases)) {
        Json places = Json::array();
        for (const CaseResult* c : group) places.push_back(c - verdict.cases.data());
        all.push_back(std::move(places));
    }
    return all;
}

Json counts_of(const gate::Verdict& verdict) {
    Json all = Json::array();
    for (size_t i = 0; i < verdict.cases.size(); ++i) {
        if (verdict.cases[i].counts.empty()) continue;
        Json counts = Json::object();
        for (const auto& [name, n] : verdict.cases[i].counts) counts[visible_line(name)] = n;
        all.push_back(Json::array({i, std::move(counts)}));
    }
    return all;
}

Json of(const gate::Measurement& m) {
    Json row{{"name", visible_line(m.name)},
             {"threads", m.threads},
             {"side", visible_line(m.side)},
             {"unit", visible_line(m.unit)},
             {"samples", m.samples.size()},
             {"median", nullptr},
             {"low", nullptr},
             {"high", nullptr},
             {"limit", nullptr}};
    if (!m.samples.empty()) row["median"] = statistics::median(m.samples);
    if (m.limit) row["limit"] = *m.limit;
    try {
        const auto interval = statistics::median_interval(m.samples, kConfidence);
        row["low"] = interval.low;
        row["high"] = interval.high;
    } catch (const std::invalid_argument&) {  // of too few samples there is none
    }
    return row;
}

Json of(const gate::StepResult& step) {
    return {{"name", visible_line(step.name)}, {"title", visible_line(step.title)}, {"status", to_string(step.status)},
            {"seconds", step.seconds},         {"notes", texts(step.notes)},        {"problems", texts(step.problems)}};
}

Json of(const gate::SetResult& set) {
    return {{"name", visible_line(set.name)},
            {"state", set.state()},
            {"present", set.present},
            {"total", set.total},
            {"missing", lines(set.missing)}};
}

Json of(const gate::WaiverResult& waiver) {
    return {{"scope", visible_line(waiver.scope)},
            {"reason", visible_line(waiver.reason)},
            {"state", visible_line(waiver.state)}};
}

Json of(const gate::CategoryScore& score) {
    return {{"category", visible_line(score.name)},
            {"functions", score.functions},
            {"present", score.present},
            {"cases", score.cases},
            {"passed", score.passed}};
}

template <typename Rows>
Json all(const Rows& rows) {
    Json list = Json::array();
    for (const auto& row : rows) list.push_back(of(row));
    return list;
}

Json of(const gate::Run& run) {
    std::vector<std::string> arithmetic;
    for (const auto& one : run.arithmetic) arithmetic.push_back(to_string(one));
    // Of a library they are the candidate's own.
    const bool elsewhere = run.functions_sha256 != run.candidate_sha256;
    return {{"candidate", visible_line(run.candidate)},
            {"candidate_sha256", run.candidate_sha256},
            {"functions_files", elsewhere ? lines(run.functions_files) : Json::array()},
            {"functions_sha256", elsewhere ? run.functions_sha256 : ""},
            {"build_id", run.build_id},
            {"backend", visible_line(run.backend)},
            {"version", visible_line(run.version)},
            {"harness_sha256", run.harness_sha256},
            {"plan_sha256", run.plan_sha256},
            {"started", visible_line(run.started)},
            {"seconds", run.seconds},
            {"seed", std::to_string(run.seed)},  // beyond 2^53 a number of JavaScript is another
            {"device", visible_line(run.device)},
            {"command", visible_line(run.command)},
            {"host", visible_line(run.host)},
            {"machine", visible_line(run.machine)},
            {"cores", run.cores},
            {"arithmetic", lines(arithmetic)},
            {"selection", run.selection},
            {"interrupted", run.interrupted}};
}

Json of(const std::optional<gate::Comparison>& comparison) {
    if (!comparison) return nullptr;
    return {{"against", visible_line(comparison->against)},
            {"fail_on", comparison->only_new ? "new" : "any"},
            {"newly_failing", lines(comparison->newly_failing)},
            {"newly_passing", lines(comparison->newly_passing)},
            {"gone", lines(comparison->gone)},
            {"added", lines(comparison->added)}};
}

Json texts_of(const std::vector<gate::Promise>& promises) {
    Json texts = Json::array();
    for (const auto& promise : promises) texts.push_back(Json::array({promise.id, promise.text}));
    return texts;
}

// None where no case says what it called: of a run that has not ended, or of an earlier format.
Json capability_rows(const gate::Verdict& verdict) {
    Json rows = Json::array();
    if (std::none_of(verdict.cases.begin(), verdict.cases.end(), [](const auto& c) { return !c.calls.empty(); }))
        return rows;
    for (const auto& row : gate::capabilities_of(verdict))
        rows.push_back({{"function", visible_line(row.function)},
                        {"dtype", visible_line(row.dtype)},
                        {"device", visible_line(row.device)},
                        {"state", to_string(row.support())}});
    return rows;
}

Json categories() {
    Json rows = Json::array();
    for (size_t i = 0; i < kFunctionCount; ++i)
        rows.push_back(Json::array({functions()[i].name, functions()[i].category}));
    return rows;
}

}  // namespace

Json run_data(const gate::Verdict& verdict) {
    return {{"outcome", to_string(verdict.outcome)},
            {"reasons", texts(gate::reasons(verdict))},
            {"run", of(verdict.run)},
            {"steps", all(verdict.steps)},
            {"sets", all(verdict.sets)},
            {"extra_symbols", lines(verdict.extra_symbols)},
            {"unnamed_promises", lines(verdict.unnamed_promises)},
            {"scorecard", all(verdict.scorecard)},
            {"waivers", all(verdict.waivers)},
            {"comparison", of(verdict.comparison)},
            {"promises", texts_of(gate::promises())},
            {"defects", texts_of(gate::known_defects())},
            {"functions", categories()},
            {"capabilities", capability_rows(verdict)},
            {"groups", groups_of(verdict)},
            {"counts", counts_of(verdict)},
            {"measurements", all(verdict.measurements)},
            {"cases", cases_of(verdict)}};
}

}  // namespace simple::page

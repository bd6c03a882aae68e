#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "impl/abi/function_table.h"
#include "reports/contract_lines.h"
#include "reports/promises.h"
#include "reports/reports.h"
#include "reports/visible_text.h"

namespace simple::reports {
namespace {

using Json = nlohmann::ordered_json;
using gate::CaseResult;
using gate::Status;

constexpr const char* kNoPromise = "no-promise";

Json text(const std::string& words) { return {{"text", visible_text(words)}}; }

// RFC 3986: what is not unreserved is written as a number. Paths keep their slashes.
std::string uri(const std::string& path) {
    std::string out;
    for (const char letter : path) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x80 && (std::isalnum(byte) || std::string_view("-._~/").find(letter) != std::string_view::npos))
            out += letter;
        else
            out += fmt::format("%{:02X}", byte);
    }
    return out;
}

Json location(const std::string& file, int line) {
    Json physical{{"artifactLocation", {{"uri", uri(file)}, {"uriBaseId", "SRCROOT"}}}};
    if (line > 0) physical["region"] = {{"startLine", line}};
    return {{"physicalLocation", physical}};
}

// The rule that a result breaks is the first promise that its case names.
std::string rule_of(const CaseResult& c) {
    const auto known = std::find_if(c.promises.begin(), c.promises.end(),
                                    [](const std::string& id) { return !gate::promise_text(id).empty(); });
    return known == c.promises.end() ? kNoPromise : *known;
}

std::vector<std::string> rule_ids() {
    std::vector<std::string> ids;
    for (const auto* list : {&gate::promises(), &gate::known_defects()})
        for (const auto& promise : *list) ids.emplace_back(promise.id);
    ids.emplace_back(kNoPromise);
    return ids;
}

Json rules() {
    Json all = Json::array();
    for (const std::string& id : rule_ids()) {
        const std::string words =
            id == kNoPromise ? "a case that names no promise" : std::string(gate::promise_text(id));
        Json rule{{"id", id}, {"shortDescription", text(words)}};
        if (const int line = line_of_promise(id); line > 0)
            rule["help"] = text(fmt::format("{}: {}, line {}", words, kContractFile, line));
        all.push_back(std::move(rule));
    }
    return all;
}

Json locations_of(const CaseResult& c) {
    const Function* function = find_function(c.function);
    Json place;
    if (function)
        place = location(kTableFile, line_of_function(function->name));
    else
        place = location(kContractFile, std::max(1, line_of_promise(rule_of(c))));
    if (function)
        place["logicalLocations"] = {{{"fullyQualifiedName", std::string(function->symbol)}, {"kind", "function"}}};
    return Json::array({place});
}

Json related(const CaseResult& c) {
    Json all = Json::array();
    const auto add = [&](Json place, const std::string& words) {
        place["id"] = all.size() + 1;
        place["message"] = text(words);
        all.push_back(std::move(place));
    };
    for (const std::string& id : c.promises)
        if (const int line = line_of_promise(id); line > 0)
            add(location(kContractFile, line), fmt::format("{}: {}", id, gate::promise_text(id)));
    if (!c.file.empty()) add(location(c.file, 0), "where the case is written");
    return all;
}

std::string message_of(const CaseResult& c) {
    return fmt::format("{} {}{}{}{}{}", to_string(c.status), c.name(), c.message.empty() ? "" : ": ", c.message,
                       c.repro.empty() ? "" : "\n  again: ", c.repro);
}

Json suppression_of(const CaseResult& c) {
    if (c.status == Status::waived)
        return Json::array({{{"kind", "external"}, {"justification", visible_text("waived: " + c.waiver)}}});
    if (c.status == Status::known)
        return Json::array({{{"kind", "external"}, {"justification", "it did not pass before either"}}});
    return nullptr;
}

Json result_of(const CaseResult& c, const std::vector<std::string>& rules, const std::set<std::string>* newly) {
    const std::string rule = rule_of(c);
    const bool unsure = c.status == Status::inconclusive;
    Json result{{"ruleId", rule},
                {"ruleIndex", std::find(rules.begin(), rules.end(), rule) - rules.begin()},
                {"kind", unsure ? "review" : "fail"},
                {"level", unsure ? "none" : "error"},  // section 3.27.10: only of what failed is it another
                {"message", text(message_of(c))},
                {"locations", locations_of(c)},
                {"partialFingerprints", {{"case/v1", visible_text(c.name())}}},
                {"properties", {{"status", to_string(c.status)}, {"step", c.step}, {"promises", c.promises}}}};
    if (Json places = related(c); !places.empty()) result["relatedLocations"] = std::move(places);
    if (newly) result["baselineState"] = newly->count(c.name()) > 0 ? "new" : "unchanged";
    if (Json suppression = suppression_of(c); !suppression.is_null()) result["suppressions"] = std::move(suppression);
    return result;
}

bool is_told(Status status) { return status != Status::pass && status != Status::skipped; }

// What concerns no case, and yet decides.
Json notifications(const gate::Verdict& verdict) {
    Json all = Json::array();
    const auto add = [&](const std::string& words) { all.push_back({{"level", "error"}, {"message", text(words)}}); };
    if (verdict.outcome == gate::Outcome::running) add("the run has not ended, or was killed");
    if (verdict.run.interrupted) add("the run was interrupted");
    for (const auto& problem : verdict.problems) add(problem);
    for (const auto& step : verdict.steps)
        for (const auto& problem : step.problems) add(step.name + ": " + problem);
    for (const auto& waiver : verdict.waivers)
        if (waiver.state != "used" && waiver.state != "unused")
            add(fmt::format("the waiver {} is {}", waiver.scope, waiver.state));
    return all;
}

}  // namespace

std::string to_sarif(const gate::Verdict& verdict) {
    const bool did_its_work = verdict.outcome != gate::Outcome::error && verdict.outcome != gate::Outcome::running;
    const std::vector<std::string> ids = rule_ids();
    std::set<std::string> newly;
    if (verdict.comparison)
        newly.insert(verdict.comparison->newly_failing.begin(), verdict.comparison->newly_failing.end());
    Json results = Json::array();
    for (const auto& c : verdict.cases)
        if (is_told(c.status)) results.push_back(result_of(c, ids, verdict.comparison ? &newly : nullptr));
    Json invocation{{"executionSuccessful", did_its_work},
                    {"exitCode", exit_code(verdict.outcome)},
                    {"commandLine", visible_text(verdict.run.command)},
                    {"toolExecutionNotifications", notifications(verdict)}};
    if (!verdict.run.started.empty()) invocation["startTimeUtc"] = verdict.run.started;
    const Json run{
        {"tool", {{"driver", {{"name", "ci/gate"}, {"rules", rules()}}}}},
        {"automationDetails", {{"id", "ci/gate/" + uri(verdict.run.device)}}},
        {"originalUriBaseIds", {{"SRCROOT", {{"description", text("the folder of the project that ci/gate is of")}}}}},
        {"invocations", Json::array({invocation})},
        {"properties",
         {{"outcome", to_string(verdict.outcome)},
          {"candidate", visible_text(verdict.run.candidate)},
          {"candidate_sha256", verdict.run.candidate_sha256}}},
        {"results", results}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", Json::array({run})}};
    return log.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace simple::reports

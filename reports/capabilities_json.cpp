#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "reports/capabilities.h"

namespace simple::reports {
namespace {

using Json = nlohmann::ordered_json;
using gate::Capability;
using gate::Evidence;
using gate::Support;

Json counts(const Evidence& e) {
    return {{"worked", e.worked}, {"refused", e.refused}, {"failed", e.failed + e.refused_wrongly}};
}

std::string why(const Capability& c) {
    switch (c.support()) {
        case Support::present: return fmt::format("as in {}", c.cases.worked_in);
        case Support::missing: return c.has_symbol ? fmt::format("as in {}", c.cases.refused_in) : "it has no symbol";
        case Support::failing:
            return fmt::format("as in {}", c.cases.failed_in.empty() ? c.cases.refused_in : c.cases.failed_in);
        case Support::not_tried: break;
    }
    return "no case called it so";
}

Json of(const Capability& c) {
    Json codes = Json::object(), promises = Json::object();
    for (const auto& [code, n] : c.codes) codes[std::to_string(code)] = n;
    for (const auto& [promise, evidence] : c.promises) {
        if (evidence.support() == Support::not_tried) continue;
        promises[promise] = counts(evidence);
        promises[promise]["state"] = to_string(evidence.support());
    }
    return {{"function", c.function}, {"dtype", c.dtype}, {"device", c.device},       {"state", to_string(c.support())},
            {"why", why(c)},          {"calls", codes},   {"cases", counts(c.cases)}, {"promises", promises}};
}

}  // namespace

std::string to_capabilities_json(const gate::Verdict& verdict) {
    const gate::Run& run = verdict.run;
    Json rows = Json::array();
    for (const auto& row : capabilities_of(verdict)) rows.push_back(of(row));
    const Json json{{"format", "capabilities 1.0"},
                    {"candidate",
                     {{"file", run.candidate},
                      {"sha256", run.candidate_sha256},
                      {"backend", run.backend},
                      {"version", run.version}}},
                    {"run",
                     {{"outcome", to_string(verdict.outcome)},
                      {"contract", run.contract},
                      {"device", run.device},
                      {"started", run.started},
                      {"selection", run.selection},
                      {"harness_sha256", run.harness_sha256},
                      {"plan_sha256", run.plan_sha256}}},
                    {"capabilities", rows}};
    return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace simple::reports

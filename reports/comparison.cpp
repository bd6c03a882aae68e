#include "reports/comparison.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "reports/file_text.h"

namespace simple::gate {

namespace {

// A verdict of an earlier format lacks some of it.
Run run_from(const nlohmann::json& json) {
    Run run;
    run.candidate = json.value("candidate", "");
    run.candidate_sha256 = json.value("candidate_sha256", "");
    run.harness_sha256 = json.value("harness_sha256", "");
    run.plan_sha256 = json.value("plan_sha256", "");
    run.seed = json.value("seed", uint64_t{1});
    run.device = json.value("device", "cpu");
    run.partial = json.value("partial", false);
    run.interrupted = json.value("interrupted", false);
    run.left_open = json.value("left_open", std::vector<std::string>());
    return run;
}

std::vector<std::string> problems_of(const nlohmann::json& verdict) {
    auto problems = verdict.at("problems").get<std::vector<std::string>>();
    for (const auto& step : verdict.at("steps")) {
        const std::string name = step.at("name"), status = step.at("status");
        for (const std::string problem : step.at("problems")) problems.push_back(name + ": " + problem);
        if (status == to_string(StepStatus::not_built) || status == to_string(StepStatus::not_run) ||
            status == to_string(StepStatus::interrupted))
            problems.push_back(fmt::format("the step {} was {}", name, status));
    }
    for (const auto& waiver : verdict.at("waivers"))
        if (const std::string state = waiver.at("state"); state == "expired" || state == "unmatched")
            problems.push_back(fmt::format("the waiver {} is {}", waiver.at("scope").get<std::string>(), state));
    return problems;
}

}  // namespace

Earlier read_earlier(const std::string& verdict_json) {
    const std::string text = text_of_file(verdict_json);
    Earlier earlier;
    try {
        const auto verdict = nlohmann::json::parse(text);
        verdict.at("outcome").get_to(earlier.outcome);
        earlier.run = run_from(verdict.at("run"));
        earlier.problems = problems_of(verdict);
        for (const auto& c : verdict.at("cases"))
            earlier.statuses[c.at("suite").get<std::string>() + "/" + c.at("id").get<std::string>()] =
                status_from(c.at("status").get<std::string>());
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{} is no verdict: {}", verdict_json, e.what()));
    }
    return earlier;
}

void add_comparison(const std::map<std::string, Status>& before, const std::string& against, bool only_new,
                    Verdict& verdict) {
    const auto failed = [](Status status) { return is_failure(status) || status == Status::known; };
    Comparison comparison;
    comparison.against = against;
    comparison.only_new = only_new;
    std::set<std::string> seen;
    for (auto& c : verdict.cases) {
        seen.insert(c.name());
        const auto old = before.find(c.name());
        if (old == before.end())
            comparison.added.push_back(c.name());
        else if (failed(c.status) && !failed(old->second))
            comparison.newly_failing.push_back(c.name());
        else if (c.status == Status::pass && failed(old->second))
            comparison.newly_passing.push_back(c.name());
        else if (only_new && is_failure(c.status) && c.status != Status::unexpected_pass)
            c.status = Status::known;
    }
    for (const auto& [name, status] : before)
        if (seen.count(name) == 0) comparison.gone.push_back(name);
    verdict.comparison = std::move(comparison);
}

void print(const Comparison& comparison) {
    constexpr size_t kShown = 20;
    const auto section = [](const char* title, const std::vector<std::string>& names) {
        fmt::print("  {}: {}\n", title, names.size());
        for (size_t i = 0; i < names.size() && i < kShown; ++i) fmt::print("    {}\n", names[i]);
        if (names.size() > kShown) fmt::print("    … and {} more, in summary.md\n", names.size() - kShown);
    };
    fmt::print("against {}:\n", comparison.against);
    section("newly failing", comparison.newly_failing);
    section("newly passing", comparison.newly_passing);
    section("gone", comparison.gone);
    section("added", comparison.added);
}

}  // namespace simple::gate

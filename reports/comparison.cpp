#include "reports/comparison.h"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace simple::gate {

Earlier read_earlier(const std::string& verdict_json) {
    std::ifstream in(verdict_json);
    if (!in) throw std::runtime_error("cannot read " + verdict_json);
    Earlier earlier;
    try {
        const auto verdict = nlohmann::json::parse(in);
        verdict.at("outcome").get_to(earlier.outcome);
        for (const auto& c : verdict.at("cases"))
            earlier.statuses[c.at("suite").get<std::string>() + "/" + c.at("id").get<std::string>()] =
                status_from(c.at("status").get<std::string>());
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{} is no verdict: {}", verdict_json, e.what()));
    }
    return earlier;
}

std::set<std::string> names_of_failures(const std::map<std::string, Status>& statuses) {
    std::set<std::string> names;
    for (const auto& [name, status] : statuses)
        if (is_failure(status)) names.insert(name);
    return names;
}

Comparison compare(const std::map<std::string, Status>& before, const std::vector<CaseResult>& after) {
    Comparison comparison;
    std::set<std::string> seen;
    for (const auto& c : after) {
        seen.insert(c.name());
        const auto old = before.find(c.name());
        if (old == before.end())
            comparison.added.push_back(c.name());
        else if (is_failure(c.status) && !is_failure(old->second))
            comparison.newly_failing.push_back(c.name());
        else if (c.status == Status::pass && is_failure(old->second))
            comparison.newly_passing.push_back(c.name());
    }
    for (const auto& [name, status] : before)
        if (seen.count(name) == 0) comparison.gone.push_back(name);
    return comparison;
}

void print(const Comparison& comparison, const std::string& against) {
    constexpr size_t kShown = 20;
    const auto section = [](const char* title, const std::vector<std::string>& names) {
        fmt::print("  {}: {}\n", title, names.size());
        for (size_t i = 0; i < names.size() && i < kShown; ++i) fmt::print("    {}\n", names[i]);
        if (names.size() > kShown) fmt::print("    … and {} more\n", names.size() - kShown);
    };
    fmt::print("against {}:\n", against);
    section("newly failing", comparison.newly_failing);
    section("newly passing", comparison.newly_passing);
    section("gone", comparison.gone);
    section("added", comparison.added);
}

}  // namespace simple::gate

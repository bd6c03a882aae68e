#include "reports/comparison.h"

#include <fmt/format.h>

#include <cstdio>
#include <set>
#include <utility>

#include "reports/read_verdict.h"

namespace simple::gate {

std::map<std::string, Status> statuses_to_compare(const std::string& path) {
    const Verdict verdict = read_verdict_file(path);
    demand_ended(verdict, path);
    std::map<std::string, Status> statuses;
    for (const auto& c : verdict.cases) statuses[c.name()] = c.status;
    return statuses;
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

#include "reports/reasons.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstddef>
#include <map>

namespace simple::gate {
namespace {

// "2 fail, 1 crash" of those for which `counts`; "" for none.
template <typename Counts>
std::string counted(const Verdict& verdict, const std::string& step, Counts counts, size_t& all, size_t& some) {
    std::map<Status, size_t> statuses;
    for (const auto& c : verdict.cases) {
        if (c.step != step) continue;
        ++all;
        if (!counts(c.status)) continue;
        ++statuses[c.status];
        ++some;
    }
    std::vector<std::string> parts;
    for (const auto& [status, n] : statuses) parts.push_back(fmt::format("{} {}", n, to_string(status)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

void of_step(const StepResult& step, const Verdict& verdict, std::vector<std::string>& reasons) {
    size_t all = 0, failed = 0, unsure = 0, ignored = 0;
    const std::string failures = counted(verdict, step.name, is_failure, all, failed);
    counted(
        verdict, step.name, [](Status status) { return status == Status::inconclusive; }, ignored, unsure);
    for (const auto& problem : step.problems) reasons.push_back(fmt::format("{}: {}", step.name, problem));
    if (failed > 0)
        reasons.push_back(fmt::format("{}: {} of {} cases did not pass ({})", step.name, failed, all, failures));
    if (unsure > 0)
        reasons.push_back(
            fmt::format("{}: {} of {} cases could not be told from their limits", step.name, unsure, all));
    if (step.status == StepStatus::not_built || step.status == StepStatus::not_run ||
        step.status == StepStatus::interrupted)
        reasons.push_back(fmt::format("{}: the step was {}", step.name, to_string(step.status)));
    else if (step.status == StepStatus::fail && failed == 0)
        reasons.push_back(fmt::format("{}: no case passed", step.name));
}

std::string what_passed(const Verdict& verdict) {
    std::map<Status, size_t> statuses;
    for (const auto& c : verdict.cases) ++statuses[c.status];
    std::vector<std::string> parts;
    for (const auto& [status, n] : statuses) parts.push_back(fmt::format("{} {}", n, to_string(status)));
    size_t steps = 0;
    for (const auto& step : verdict.steps) steps += step.status == StepStatus::pass;
    return fmt::format("{} step{} passed, {} cases: {}", steps, steps == 1 ? "" : "s", verdict.cases.size(),
                       fmt::join(parts, ", "));
}

}  // namespace

std::vector<std::string> reasons(const Verdict& verdict) {
    std::vector<std::string> reasons;
    if (verdict.outcome == Outcome::running) return {"the run has not ended, or was killed: this is no verdict"};
    reasons.insert(reasons.end(), verdict.problems.begin(), verdict.problems.end());
    if (verdict.run.interrupted) reasons.emplace_back("the run was interrupted");
    for (const auto& step : verdict.steps) of_step(step, verdict, reasons);
    for (const auto& waiver : verdict.waivers)
        if (waiver.state != "used" && waiver.state != "unused")
            reasons.push_back(fmt::format("the waiver {} is {}", waiver.scope, waiver.state));
    if (verdict.run.partial) reasons.emplace_back("a run with --partial, which skips what is missing, is no pass");
    if (reasons.empty()) reasons.push_back(what_passed(verdict));
    if (verdict.outcome == Outcome::pass && verdict.run.selection)
        reasons.emplace_back("only a selection of the cases was asked for");
    return reasons;
}

}  // namespace simple::gate

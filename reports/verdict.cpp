#include "reports/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

namespace simple::gate {
namespace {

constexpr std::array<std::pair<Status, std::string_view>, 10> kStatusNames{{
    {Status::pass, "pass"},
    {Status::fail, "fail"},
    {Status::error, "error"},
    {Status::crash, "crash"},
    {Status::timeout, "timeout"},
    {Status::skipped, "skipped"},
    {Status::waived, "waived"},
    {Status::unexpected_pass, "unexpected-pass"},
    {Status::known, "known"},
    {Status::inconclusive, "inconclusive"},
}};

bool rejected(const WaiverResult& waiver) { return waiver.state != "used" && waiver.state != "unused"; }

}  // namespace

bool is_failure(Status status) {
    return status != Status::pass && status != Status::skipped && status != Status::waived && status != Status::known &&
           status != Status::inconclusive;
}

std::string_view to_string(Status status) {
    for (const auto& [value, name] : kStatusNames)
        if (value == status) return name;
    return "error";
}

Status status_from(std::string_view text) {
    for (const auto& [value, name] : kStatusNames)
        if (name == text) return value;
    throw std::invalid_argument("no status is named " + std::string(text));
}

std::string_view to_string(StepStatus status) {
    switch (status) {
        case StepStatus::pass: return "pass";
        case StepStatus::fail: return "fail";
        case StepStatus::error: return "error";
        case StepStatus::inconclusive: return "inconclusive";
        case StepStatus::not_built: return "not built";
        case StepStatus::not_applicable: return "not applicable";
        case StepStatus::interrupted: return "interrupted";
        case StepStatus::not_run: return "not run";
        case StepStatus::unselected: return "not selected";
    }
    return "error";
}

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::running: return "running";
        case Outcome::pass: return "pass";
        case Outcome::fail: return "fail";
        case Outcome::error: return "error";
        case Outcome::inconclusive: return "inconclusive";
    }
    return "error";
}

void judge_step(StepResult& step, const std::vector<CaseResult>& cases, bool part) {
    if (step.status == StepStatus::not_built || step.status == StepStatus::not_applicable ||
        step.status == StepStatus::interrupted || step.status == StepStatus::not_run ||
        step.status == StepStatus::unselected)
        return;
    bool failed = false;
    size_t passed = 0, waived = 0;
    bool unsure = false;
    bool lacking = false;
    size_t all = 0;
    std::map<std::string, size_t> skipped;
    for (const auto& c : cases) {
        if (c.step != step.name) continue;
        ++all;
        if (c.status == Status::skipped) ++skipped[c.capability];
        failed = failed || is_failure(c.status);
        passed += c.status == Status::pass;
        waived += c.status == Status::waived || c.status == Status::known;
        unsure = unsure || c.status == Status::inconclusive;
        lacking = lacking || (c.status == Status::skipped && c.capability == "symbol");
    }
    if (!failed && passed == 0 && !unsure && step.problems.empty()) {
        if (part) {
            step.status = StepStatus::unselected;
            step.notes.emplace_back("no case of it ran in this shard");
            return;
        }
        (lacking ? step.notes : step.problems)
            .push_back(waived == 0 ? "no case ran"
                                   : fmt::format("no case passed: all {} that ran are waived or known", waived));
        failed = lacking;
    }
    step.status = !step.problems.empty() ? StepStatus::error
                  : failed               ? StepStatus::fail
                  : unsure               ? StepStatus::inconclusive
                                         : StepStatus::pass;
    // What most cases need and the candidate does not have is what the step is about: the few that passed do not make
    // it a pass. Functions that are missing are judged by the step library.
    if (part || step.status != StepStatus::pass) return;
    for (const auto& [capability, count] : skipped)
        if (capability != "symbol" && 2 * count > all) {
            step.status = StepStatus::not_applicable;
            step.notes.push_back(fmt::format("without {}, {} of {} cases were not run", capability, count, all));
        }
}

void judge(Verdict& verdict) {
    bool any_error = !verdict.problems.empty() || verdict.run.interrupted;
    bool any_fail = verdict.run.partial || std::any_of(verdict.waivers.begin(), verdict.waivers.end(), rejected);
    bool any_pass = false;
    bool unsure = false;
    for (auto& step : verdict.steps) {
        judge_step(step, verdict.cases, verdict.run.shard.has_value());
        any_error = any_error || step.status == StepStatus::error || step.status == StepStatus::not_built ||
                    step.status == StepStatus::interrupted;
        any_fail = any_fail || step.status == StepStatus::fail;
        any_pass = any_pass || step.status == StepStatus::pass;
        unsure = unsure || step.status == StepStatus::inconclusive;
    }
    for (const auto& step : verdict.steps)
        if (step.status == StepStatus::not_run && !any_fail && !any_error && !verdict.run.shard)
            verdict.problems.push_back(fmt::format("the step {} was not run", step.name));
    for (const auto& reason : verdict.run.left_open)
        if (!any_fail && !any_error) verdict.problems.push_back(reason + ": run the gate whole");
    any_error = any_error || !verdict.problems.empty();
    if (!any_pass && !any_fail && !any_error && !unsure) {
        // Merged with the others, a shard whose cases were all skipped, or one that could not load what another one
        // finds wanting, is no problem.
        if (!verdict.run.shard) verdict.problems.push_back("nothing was carried out");
        any_error = true;
    }
    verdict.outcome = any_error  ? Outcome::error
                      : any_fail ? Outcome::fail
                      : unsure   ? Outcome::inconclusive
                                 : Outcome::pass;
}

int exit_code(Outcome outcome) {
    switch (outcome) {
        case Outcome::pass: return 0;
        case Outcome::fail: return 1;
        case Outcome::running:
        case Outcome::error: return 2;
        case Outcome::inconclusive: return 3;
    }
    return 2;
}

}  // namespace simple::gate

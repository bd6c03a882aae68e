#include "reports/rerun.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace simple::gate {
namespace {

std::optional<std::string> refusal(const Run& then, const Run& now, Outcome outcome) {
    if (outcome == Outcome::running) return "the last run did not end";
    if (then.harness_sha256 != now.harness_sha256) return "the last run was made by another build of the gate";
    if (then.plan_sha256 != now.plan_sha256) return "the cases are not those of the last run";
    if (then.candidate_sha256 != now.candidate_sha256 && then.candidate != now.candidate)
        return fmt::format("the last run judged {}, not {}", then.candidate, now.candidate);
    if (then.seed != now.seed) return fmt::format("the last run had the seed {}, not {}", then.seed, now.seed);
    if (then.device != now.device)
        return fmt::format("the last run was on the device {}, not {}", then.device, now.device);
    return std::nullopt;
}

// Why it was not whole: of the gate, of steps, of waivers.
std::vector<std::string> problems_of(const Verdict& verdict) {
    auto problems = verdict.problems;
    for (const auto& step : verdict.steps) {
        for (const auto& problem : step.problems) problems.push_back(step.name + ": " + problem);
        if (step.status == StepStatus::not_built || step.status == StepStatus::not_run ||
            step.status == StepStatus::interrupted)
            problems.push_back(fmt::format("the step {} was {}", step.name, to_string(step.status)));
    }
    for (const auto& waiver : verdict.waivers)
        if (waiver.state == "expired" || waiver.state == "unmatched")
            problems.push_back(fmt::format("the waiver {} is {}", waiver.scope, waiver.state));
    return problems;
}

}  // namespace

Rerun rerun_of(const Verdict& earlier, const Run& now) {
    const Run& then = earlier.run;
    Rerun rerun;
    rerun.refused = refusal(then, now, earlier.outcome);
    for (const auto& c : earlier.cases)
        if (is_failure(c.status) || c.status == Status::inconclusive) rerun.cases.insert(c.name());

    rerun.left_open = then.left_open;
    const auto leave = [&](std::string why) { rerun.left_open.push_back(std::move(why)); };
    if (then.candidate_sha256 != now.candidate_sha256)
        leave(fmt::format("{} is another file than the one that the last run judged", now.candidate));
    else if (then.functions_sha256.empty() || now.functions_sha256.empty())
        leave(fmt::format("which file has {}'s functions is not known", now.candidate));
    else if (then.functions_sha256 != now.functions_sha256)
        leave(fmt::format("{} has its functions from another file than in the last run ({})", now.candidate,
                          fmt::join(now.functions_files, ", ")));
    if (then.interrupted) leave("the last run was interrupted");
    if (then.partial) leave("the last run skipped what the candidate lacked");
    for (const auto& problem : problems_of(earlier)) leave("the last run had a problem: " + problem);
    return rerun;
}

}  // namespace simple::gate

#include "reports/rerun.h"

#include <fmt/format.h>

namespace simple::gate {
namespace {

std::optional<std::string> refusal(const Run& then, const Run& now, const std::string& outcome) {
    if (outcome == to_string(Outcome::running)) return "the last run did not end";
    if (then.harness_sha256 != now.harness_sha256) return "the last run was made by another build of the gate";
    if (then.plan_sha256 != now.plan_sha256) return "the cases are not those of the last run";
    if (then.candidate_sha256 != now.candidate_sha256 && then.candidate != now.candidate)
        return fmt::format("the last run judged {}, not {}", then.candidate, now.candidate);
    if (then.seed != now.seed) return fmt::format("the last run had the seed {}, not {}", then.seed, now.seed);
    if (then.device != now.device)
        return fmt::format("the last run was on the device {}, not {}", then.device, now.device);
    return std::nullopt;
}

}  // namespace

Rerun rerun_of(const Earlier& earlier, const Run& now) {
    const Run& then = earlier.run;
    Rerun rerun;
    rerun.refused = refusal(then, now, earlier.outcome);
    for (const auto& [name, status] : earlier.statuses)
        if (is_failure(status) || status == Status::inconclusive) rerun.cases.insert(name);

    rerun.left_open = then.left_open;
    const auto leave = [&](std::string why) { rerun.left_open.push_back(std::move(why)); };
    if (then.candidate_sha256 != now.candidate_sha256)
        leave(fmt::format("{} is another file than the one that the last run judged", now.candidate));
    if (then.interrupted) leave("the last run was interrupted");
    if (then.partial) leave("the last run skipped what the candidate lacked");
    for (const auto& problem : earlier.problems) leave("the last run had a problem: " + problem);
    return rerun;
}

}  // namespace simple::gate

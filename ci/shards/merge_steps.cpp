#include "ci/shards/merge_steps.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>

#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

// In the shards' order: a line that several have stands once, one of a single shard with its number.
class Lines {
  public:
    void add(size_t shard, const std::vector<std::string>& lines) {
        for (const auto& line : lines) {
            if (shards_[line].empty()) order_.push_back(line);
            shards_[line].insert(shard);
        }
    }

    std::vector<std::string> all(size_t of) const {
        std::vector<std::string> lines;
        for (const auto& line : order_) {
            const auto& in = shards_.at(line);
            lines.push_back(in.size() == 1 && of > 1 ? fmt::format("shard {}: {}", *in.begin(), line) : line);
        }
        return lines;
    }

  private:
    std::vector<std::string> order_;
    std::map<std::string, std::set<size_t>> shards_;
};

StepStatus status_of(const std::set<StepStatus>& of_shards, bool has_cases) {
    const auto any = [&](StepStatus status) { return of_shards.count(status) > 0; };
    for (const StepStatus worst : {StepStatus::interrupted, StepStatus::not_built})
        if (any(worst)) return worst;
    const bool ran = any(StepStatus::pass) || any(StepStatus::fail) || any(StepStatus::error) ||
                     any(StepStatus::inconclusive) || has_cases;
    // What was not run somewhere, though it was elsewhere, is told as a problem of the run.
    if (ran) return any(StepStatus::not_applicable) && !has_cases ? StepStatus::not_applicable : StepStatus::pass;
    for (const StepStatus status : {StepStatus::not_applicable, StepStatus::not_run})
        if (any(status)) return status;
    return StepStatus::unselected;
}

}  // namespace

std::vector<StepResult> merge_steps(const ReadShards& read, const std::vector<CaseResult>& cases) {
    std::vector<StepResult> merged;
    for (const auto& step : steps()) {
        StepResult result;
        result.name = step.name;
        result.title = step.title;
        Lines notes, problems, elsewhere;
        std::set<StepStatus> statuses;
        for (size_t i = 0; i < read.shards.size(); ++i)
            for (const auto& one : read.shards[i].verdict.steps) {
                if (one.name != step.name) continue;
                statuses.insert(one.status);
                result.seconds += one.seconds;
                result.cpu_seconds += one.cpu_seconds;
                // What a shard says of a step that it has no part in is about itself.
                (one.status == StepStatus::unselected ? elsewhere : notes).add(i + 1, one.notes);
                problems.add(i + 1, one.problems);
            }
        const bool has_cases =
            std::any_of(cases.begin(), cases.end(), [&](const CaseResult& c) { return c.step == step.name; });
        result.status = status_of(statuses, has_cases);
        result.notes = (result.status == StepStatus::unselected ? elsewhere : notes).all(read.shards.size());
        result.problems = problems.all(read.shards.size());
        merged.push_back(std::move(result));
    }
    return merged;
}

}  // namespace simple::gate

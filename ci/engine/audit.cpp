#include "ci/engine/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

namespace simple::gate {
namespace {

constexpr size_t kShare = 20;  // one case in so many

}  // namespace

std::vector<CaseResult> audit(const std::vector<std::string>& program, std::vector<PlannedCase> cases,
                              const std::vector<CaseResult>& before, Limits limits, std::vector<std::string>& problems,
                              std::string& note) {
    std::map<std::string, Status> earlier;
    for (const auto& c : before) earlier[c.id] = c.status;
    const size_t all = cases.size();
    std::shuffle(cases.begin(), cases.end(), std::mt19937_64(std::random_device()()));
    cases.resize(std::min(all, all / kShare + 1));
    limits.alone = true;
    GivenUp given_up;  // what was given up is asked again
    std::vector<CaseResult> others;
    for (auto& again :
         run_cases(program, cases, limits, given_up, problems, [](const auto&, size_t) { return true; })) {
        const auto found = earlier.find(again.id);
        if ((found != earlier.end() && is_failure(found->second)) || !is_failure(again.status)) continue;
        again.message = fmt::format("in the run before: {}; again, in a process of its own:\n{}",
                                    found == earlier.end() ? "not met" : to_string(found->second), again.message);
        again.id = "(again) " + again.id;
        others.push_back(std::move(again));
    }
    note = fmt::format("{} of {} cases again, each in a process of its own", cases.size(), all);
    return others;
}

}  // namespace simple::gate

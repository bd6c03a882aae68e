#include "ci/faults/each/proxied.h"

#include <algorithm>
#include <stdexcept>

namespace simple {
namespace {

using gate::CaseResult;
using gate::PlannedCase;

constexpr double kCaseSeconds = 60;

gate::Limits limits() {
    gate::Limits limits;
    limits.case_seconds = limits.case_cpu_seconds = kCaseSeconds;
    limits.canaries = false;
    return limits;
}

}  // namespace

std::vector<PlannedCase> cases_of(const Proxied& proxied) {
    const gate::Plan plan =
        gate::plan_of(gate::with_environment(proxied.program, {"SIMPLE_FAULT_INNER=" + proxied.inner}), limits());
    if (!plan.problem.empty()) throw std::runtime_error(plan.problem);
    return plan.cases;
}

std::vector<CaseResult> run_planted(const Proxied& proxied, gate::ServedProxy& served, const std::string& fault,
                                    const std::vector<PlannedCase>& cases) {
    served.name(fault);
    gate::GivenUp given_up;
    std::vector<std::string> problems;
    auto results = gate::run_cases(
        proxied.program, cases, limits(), given_up, problems, [](const CaseResult&, size_t) { return true; },
        &served.server());
    if (!problems.empty()) throw std::runtime_error(problems.front());
    if (!served.ran() || !served.planted()) throw std::runtime_error("nothing was planted for " + fault);
    for (const PlannedCase& c : cases)
        if (std::none_of(results.begin(), results.end(), [&](const CaseResult& one) { return one.id == c.id; }))
            throw std::runtime_error(c.id + " did not run under " + fault);
    return results;
}

}  // namespace simple

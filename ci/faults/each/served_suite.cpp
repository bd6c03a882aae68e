#include "ci/faults/each/served_suite.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace simple::gate {
namespace {

constexpr double kCaseSeconds = 60;

Limits limits() {
    Limits limits;
    limits.case_seconds = limits.case_cpu_seconds = kCaseSeconds;
    limits.canaries = false;
    return limits;
}

std::vector<std::string> with(std::vector<std::string> assignments, const std::vector<std::string>& program) {
    assignments.insert(assignments.end(), program.begin(), program.end());
    return assignments;
}

}  // namespace

ServedSuite::ServedSuite(const Proxied& proxied)
    : faults_(write_temporary_file("\n")),
      program_(with({"SIMPLE_FAULT_INNER=" + proxied.inner, "SIMPLE_FAULT_FILE=" + faults_}, proxied.program)),
      server_(program_) {}

ServedSuite::~ServedSuite() { unlink(faults_.c_str()); }

std::vector<CaseResult> ServedSuite::run(const std::string& fault, const std::vector<PlannedCase>& cases) {
    std::ofstream(faults_) << fault << "\n";
    GivenUp given_up;
    std::vector<std::string> problems;
    const unsigned batches = server_.batches();
    auto results = run_cases(
        program_, cases, limits(), given_up, problems, [](const CaseResult&, size_t) { return true; }, &server_);
    if (!problems.empty()) throw std::runtime_error(problems.front());
    std::ifstream in(faults_);
    std::string ids, said;
    if (server_.batches() == batches || !std::getline(in, ids) || !std::getline(in, said) || said != "planted")
        throw std::runtime_error("nothing was planted for " + fault);
    for (const PlannedCase& c : cases)
        if (std::none_of(results.begin(), results.end(), [&](const CaseResult& one) { return one.id == c.id; }))
            throw std::runtime_error(c.id + " did not run under " + fault);
    return results;
}

std::vector<PlannedCase> cases_of(const Proxied& proxied) {
    const Plan plan = plan_of(with({"SIMPLE_FAULT_INNER=" + proxied.inner}, proxied.program), limits());
    if (!plan.problem.empty()) throw std::runtime_error(plan.problem);
    return plan.cases;
}

}  // namespace simple::gate

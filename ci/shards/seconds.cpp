#include "ci/shards/seconds.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "ci/steps/suites.h"
#include "reports/read_verdict.h"

namespace simple::gate {
namespace {

// A case costs something even where the clock shows nothing: its events, and its share of a process. Where a table has
// no line of the suite.
constexpr double kBeside = 0.001;
// Where a table has no line of the step.
constexpr double kChecks = 5;

double cost_of(const CaseResult& c) { return c.cpu_seconds > 0 ? c.cpu_seconds : c.seconds; }

std::string function_or_any(const std::string& function) { return function.empty() ? "-" : function; }

}  // namespace

RecordedSeconds::RecordedSeconds(const std::string& table) {
    std::ifstream in(table);
    if (!in) throw std::runtime_error("cannot read " + table);
    std::map<std::string, std::pair<double, size_t>> of_suites;
    size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty() || line.front() == '#') continue;
        std::istringstream words(line);
        std::string suite, function;
        double seconds = 0;
        if (!(words >> suite >> function >> seconds) || !(seconds >= 0))
            throw std::runtime_error(fmt::format("{}:{}: it is not suite, function, seconds", table, number));
        if (function == "(checks)") {
            checks_[suite] = seconds;
            continue;
        }
        if (function == "(case)") {
            beside_[suite] = seconds;
            continue;
        }
        if (function == "(start)") {
            starts_[suite] = seconds;
            continue;
        }
        functions_[suite + " " + function] = seconds;
        auto& [sum, count] = of_suites[suite];
        sum += seconds;
        ++count;
    }
    for (const auto& [suite, sum] : of_suites) suites_[suite] = sum.first / static_cast<double>(sum.second);
}

void RecordedSeconds::take(const std::string& verdict_json) {
    const Verdict verdict = read_verdict_file(verdict_json);
    std::map<std::string, double> of_checks;
    for (const auto& c : verdict.cases) {
        if (c.file == "ci/steps")  // the gate's own, a time of an earlier format is 0
            of_checks[c.step] += cost_of(c);
        else if (find_suite(c.suite) && c.status != Status::skipped && c.id.front() != '(')
            cases_[c.name()] = cost_of(c);
    }
    for (const auto& [step, seconds] : of_checks)
        if (seconds > 0) checks_[step] = seconds;
}

double RecordedSeconds::of_case(const KnownCase& c) const {
    const auto found = [](const auto& map, const std::string& key) {
        const auto it = map.find(key);
        return it == map.end() ? std::optional<double>() : it->second;
    };
    std::optional<double> seconds = found(cases_, c.suite + "/" + c.id);
    if (!seconds) seconds = found(functions_, c.suite + " " + function_or_any(c.function));
    if (!seconds) seconds = found(suites_, c.suite);
    return seconds.value_or(0) + found(beside_, c.suite).value_or(kBeside);
}

double RecordedSeconds::of_start(const std::string& suite) const {
    const auto found = starts_.find(suite);
    return found == starts_.end() ? 0 : found->second;
}

double RecordedSeconds::of_checks(const std::string& step) const {
    const auto found = checks_.find(step);
    return found == checks_.end() ? kChecks : found->second;
}

}  // namespace simple::gate

// The part of the step performance that is asked for with --baseline: what bench_compare found of each call beside an
// earlier build.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

inline constexpr const char* kBaselineSuite = "baseline";

struct BaselineComparison {
    std::vector<CaseResult> cases;  // "baseline/add/smallest"
    std::vector<Measurement> measurements;
    std::vector<std::string> notes;
};

// Reads the program's report (bench/compare/compare.h writes it). What cannot be compared is one inconclusive case,
// "baseline/(comparable)". Throws std::runtime_error where it is no such report, or lacks a core function.
BaselineComparison read_comparison(const std::string& json, const Settings& settings);

// Whether --baseline names a library, rather than a table of counts.
bool compares_times(const Settings& settings);

// Runs the program and reads its report; problems go to the step.
std::vector<CaseResult> check_baseline(const Settings& settings, StepResult& step, Verdict& verdict);

}  // namespace simple::gate

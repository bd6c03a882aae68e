// The step performance: what bench_direct measures, each function against the same LibTorch call made directly.
#pragma once

#include <string>
#include <vector>

#include "ci/engine/settings.h"
#include "ci/engine/verdict.h"

namespace simple::gate {

// Where the build has the program; the step is not built where it is not there.
std::string benchmark_program(const Settings& settings);

// The program's report: {"rows": [{"name", "function", "threads", "unit", "value", "low", "high", "limit"}, …]}, or the
// array of rows alone. low and high bound the value with confidence: high within the limit is a pass, low beyond it a
// fail, anything else inconclusive. Throws std::runtime_error where it is no such report.
std::vector<CaseResult> judge_benchmark(const std::string& json, StepResult& step);

std::vector<CaseResult> check_performance(const Settings& settings, StepResult& step);

}  // namespace simple::gate

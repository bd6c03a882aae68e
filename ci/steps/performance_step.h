// The step performance: what bench_direct measures, each function beside the same LibTorch call made directly.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

// Where the build has the program, or, for a candidate that is a program, the agent that samples inside it. The step is
// not built where it is not there.
std::string benchmark_program(const Settings& settings);

struct Performance {
    std::vector<CaseResult> cases;  // "latency/add/smallest"
    std::vector<Measurement> measurements;
    std::vector<std::string> notes;
    std::string not_comparable;  // why there is nothing to measure; "" where there was
};

// Reads the program's report (bench/direct/measure.h writes it). Throws std::runtime_error where it is no such report,
// or lacks a core function that can be timed.
Performance read_benchmark(const std::string& json, const Settings& settings);

// Runs the program and reads its report. Problems, and what is not comparable, go to the step.
std::vector<CaseResult> check_performance(const Settings& settings, StepResult& step, Verdict& verdict);

}  // namespace simple::gate

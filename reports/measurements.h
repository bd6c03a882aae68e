// What was measured, in the formats of programs that keep and compare such figures. Each is a file beside verdict.json.
#pragma once

#include <string>

#include "reports/verdict.h"

namespace simple::reports {

// Google Benchmark's own JSON: "add/smallest" is the call through the ABI, "add/smallest/direct" LibTorch's own, each
// process a repetition. Its tools/compare.py reads it.
std::string to_google_benchmark(const gate::Verdict& verdict);

// Bencher Metric Format (bencher.dev): by name the measures "latency" (ns a call; lower and upper bound the median with
// 99 % confidence) and "cost" (times the direct call).
std::string to_bencher(const gate::Verdict& verdict);

// github-action-benchmark, tool "customSmallerIsBetter": the latency of every call through the ABI.
std::string to_github_action_benchmark(const gate::Verdict& verdict);

// One line a sample: name,function,size,threads,side,unit,process,value.
std::string to_csv(const gate::Verdict& verdict);

}  // namespace simple::reports

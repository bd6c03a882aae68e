// Programs that measure for the step performance: each writes a report to a file and says little else.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "ci/run/process.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

struct MeasuringRun {
    Ran ran;
    std::string report;  // what the file holds; "" where none was written
};

// Runs argv with --json and the path of a new file NAME.json among the reports. limit_seconds is for the machine that
// limits were set on; it grows with the time scale of this run (time_scale.h), which the program is told as well.
MeasuringRun run_measuring(std::vector<std::string> argv, const std::string& name, double limit_seconds,
                           const Settings& settings);

// Throws std::runtime_error where the program did not end as one that measured: 0, or 1 and 3, whose reason its report
// says better.
void demand_measured(const MeasuringRun& run, const std::string& program);

// Both throw std::runtime_error: where a side of a measurement has no samples, or one that is not finite; where a core
// function that can succeed without CUDA is not among those `measured`, "timed" for the message.
void demand_samples(const Measurement& measurement);
void demand_core_functions(const std::set<std::string>& names, const char* measured);

}  // namespace simple::gate

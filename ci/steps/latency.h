// The latency gates of the steps library, stub, dynamic and linked. Each is a ratio of what is judged to something
// measured in the same process, which a program writes as {"ratio": …, "null": …} to the events' descriptor; several
// processes are samples (ratio.h). No limit is a time: a slower machine slows both sides.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ci/run/process.h"
#include "ci/steps/ratio.h"
#include "ci/steps/settings.h"
#include "reports/verdict.h"

namespace simple::gate {

struct Latency {
    std::string suite;
    std::string id;
    std::string function;
    std::string what;  // "add + free of the stub over the candidate's"
    std::vector<std::string> argv;
    double limit;
    // Its loading is what it measures: one process is run to its end, then the next. The others load side by side, and
    // measure one by one (ci/run/prepared_run.h).
    bool of_loading = false;
};

struct Timed {
    bool bad = false;  // a process did not measure anything; ran says how it ended
    Ran ran;
    std::vector<nlohmann::json> measured;  // what each process wrote
    CaseResult result;
    std::string note;  // the measurement, for people
};

// Runs as many processes as the judgement takes, or one that says {"skipped": capability}.
Timed measure(const Latency& latency, const Settings& settings);

// The gates of a step, beside library's: add + free of the stub; a dyncall form over its core function; a linked call
// over the same by pointer. Calls that are linked are measured of a whole candidate only: what it lacks would be
// another library's.
std::vector<CaseResult> check_latency(const Settings& settings, const std::string& dyncall, bool whole,
                                      StepResult& step);

}  // namespace simple::gate

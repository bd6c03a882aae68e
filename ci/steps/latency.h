// The latency gates of the steps library, stub, dynamic and linked. Each is a ratio of what is judged to something
// measured in the same process, which a program writes as {"ratio": …, "null": …} to the events' descriptor; several
// processes are samples (ratio.h). No limit is a time: a slower machine slows both sides.
#pragma once

#include <deque>
#include <map>
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
    // How simple-probe is asked for a sample of it in a process that has measured its loading; of those that it can.
    std::vector<std::string> beside_loading = {};

    std::string name() const { return suite + "/" + id; }
};

// Samples of gates whose turn comes later, by their names: of processes that had the candidate loaded already, which is
// most of what a sample costs. Each process gave one at most of each gate, so that they are as independent as those of
// processes of the gate's own, which are taken where there are too few.
using SparedSamples = std::map<std::string, std::deque<nlohmann::json>>;

struct Timed {
    bool bad = false;  // a process did not measure anything; ran says how it ended
    Ran ran;
    std::vector<nlohmann::json> measured;  // what each process wrote
    CaseResult result;
    std::string note;  // the measurement, for people
};

// Takes as many samples as the judgement takes, those of `spared` first, or one that says {"skipped": capability}.
Timed measure(const Latency& latency, const Settings& settings, SparedSamples spared = {});

// The same of a gate of loading; each of its processes then gives a sample of each of the others, which goes to
// `spared`. One that does not come so far is the last that is asked: processes of their own show why.
Timed measure_loading(Latency latency, const std::vector<Latency>& others, const Settings& settings,
                      SparedSamples& spared);

// The gates of a step, beside library's, that are to be measured: add + free of the stub; a dyncall form over its core
// function; a linked call over the same by pointer.
std::vector<Latency> gates_of(const std::string& step, const Settings& settings, const std::string& dyncall);

// Calls that are linked are measured of a whole candidate only: what it lacks would be another library's.
std::vector<CaseResult> check_latency(const Settings& settings, const std::string& dyncall, bool whole,
                                      const SparedSamples& spared, StepResult& step);

}  // namespace simple::gate

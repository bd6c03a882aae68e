// The latency gates of the steps library, stub, dynamic and linked. Each is a time that a program measures and writes
// as {"seconds": …} to the events' descriptor, taken in several fresh processes: a process draws a memory layout of its
// own, so its repetitions are not independent.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ci/engine/process.h"
#include "ci/engine/settings.h"
#include "ci/engine/verdict.h"

namespace simple::gate {

struct Latency {
    const char* suite;
    const char* id;
    const char* function;
    const char* what;               // "add + free"
    std::vector<std::string> argv;  // the measuring program
    double limit;                   // seconds
    // A time is judged by the least of the processes, since noise only adds; the difference of two by the median.
    enum class By {
        least,
        median
    } by;
    int processes;
};

enum class Judged {
    pass,
    fail,
    more,
    inconclusive
};

// What the times so far say. quiet holds whether the machine was quiet while each was taken; last is set where no more
// are to come. A time that is not within its limit needs five quiet processes to fail, or to be far over it.
Judged judge_times(const Latency& latency, const std::vector<double>& seconds, const std::vector<bool>& quiet,
                   bool last);
double statistic(Latency::By by, std::vector<double> seconds);

struct Timed {
    bool bad = false;  // a process did not measure anything; ran says how it ended
    Ran ran;
    nlohmann::json first;  // what the first process wrote
    CaseResult result;
    std::string note;  // the measurement, for people
};
Timed measure(const Latency& latency, const Settings& settings);

// A suite that passed, by its wall time, against the recorded one.
struct Recorded {
    size_t cases = 0;  // of the suite when it was recorded; more cases may take longer in proportion
    double loops = 0;  // wall time on two workers, in calibration loops; 0: not recorded
};
CaseResult judge_suite_time(const std::string& suite, const Recorded& recorded, size_t cases, unsigned jobs,
                            double seconds, double calibration, double others, std::string& note);

// The gates of a step, beside library's: add + free of the stub; a dyncall form over its core function; a linked call
// over the same by pointer. Calls that are linked are measured of a whole candidate only: what it lacks would be
// another library's.
std::vector<CaseResult> check_latency(const Settings& settings, const std::string& dyncall, bool whole,
                                      StepResult& step);

}  // namespace simple::gate

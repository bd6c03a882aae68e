// The gate of a suite that passed: its time against what was recorded, both in calibration passes.
#pragma once

#include <string>
#include <vector>

#include "ci/run/quiet.h"
#include "ci/steps/calibration.h"
#include "reports/verdict.h"

namespace simple::gate {

// On two workers; in passes of the calibration, whose unit of wall time is a pass's wall and of CPU time a thread's
// CPU.
struct Recorded {
    size_t cases = 0;  // of the suite when it was recorded; more cases may take longer in proportion
    double wall = 0;   // 0: not recorded
    double cpu = 0;    // of all workers together
    // Its programs that load the candidate's dependencies, and what one load took of CPU time.
    int loads = 0;
    double load = 0;
};

struct SuiteTime {
    size_t cases = 0;
    unsigned jobs = 0;
    double wall = 0, cpu = 0;  // seconds
    double others = 0;         // share of the machine's CPU time that other programs took meanwhile
};

// Passes are those right before and right after the suite: the range of them is how well the machine is known. CPU time
// says what a suite computes, however busy the machine; wall time says whether it waits, and is believed only where
// others left the machine alone. Twice the recorded of either is the limit: fail where the lower end of either is
// beyond its own, pass where the upper ends of both are within, inconclusive otherwise.
CaseResult judge_suite_time(const std::string& suite, const Recorded& recorded, const SuiteTime& time,
                            const std::vector<CalibrationPass>& passes, std::string& note);

// The same of parts of the suite that ran on several machines, each in passes of its own: their sums, beside the limit
// for as many starts. At least one part.
CaseResult judge_suite_parts(const std::string& suite, const Recorded& recorded, const std::vector<SuitePasses>& parts,
                             std::string& note);

// Seconds that loading took beyond what was recorded, in all.
double excess_of_loading(const Recorded& recorded, double load_seconds, const std::vector<CalibrationPass>& passes);

// Takes a suite's time, and the passes around it.
class SuiteClock {
  public:
    // Takes a first pass, which time limits follow, unless passes around the suite before are of a moment ago. Those
    // right behind it are right before this one, too.
    explicit SuiteClock(unsigned jobs, const std::vector<CalibrationPass>& before = {});

    void start(bool to_be_judged);  // takes the other passes before it where they will be needed
    void stop();
    // Takes away what a load of the candidate's dependencies takes beyond what was recorded: another LibTorch's loading
    // is not the suite's time. load_seconds: of one, here.
    void discount(const Recorded& recorded, double load_seconds);
    CaseResult judge(const std::string& suite, const Recorded& recorded, size_t cases, std::string& note);
    // In place of judge: for judge_suite_parts.
    SuitePasses part(const std::string& suite, size_t cases);

    const std::vector<CalibrationPass>& passes() const { return passes_; }

  private:
    void calibrate_until(size_t passes);

    std::vector<CalibrationPass> passes_;
    SuiteTime time_;
    QuietMeter meter_;
};

}  // namespace simple::gate

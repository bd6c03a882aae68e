#include "ci/steps/suite_time.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "reports/statistics.h"

namespace simple::gate {
namespace {

constexpr double kTolerance = 2;
constexpr double kStartPasses = 10;  // that starting workers may take beyond what was recorded, of either time
constexpr unsigned kRecordedJobs = 2;
constexpr size_t kPassesPerEnd = 4;  // before the suite, and after

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double cpu_of_children() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct InPasses {
    double low = 0, value = 0, high = 0;
};

InPasses in_passes(double seconds, const std::vector<CalibrationPass>& passes, double CalibrationPass::*member) {
    std::vector<double> units;
    for (const auto& pass : passes) units.push_back(pass.*member);
    const auto [least, most] = std::minmax_element(units.begin(), units.end());
    return {seconds / *most, seconds / statistics::median(units), seconds / *least};
}

std::string described(const char* what, double seconds, const InPasses& passes, double limit) {
    return fmt::format("{} {:.1f} s, {:.0f} passes (limit {:.0f}; {:.0f} to {:.0f})", what, seconds, passes.value,
                       limit, passes.low, passes.high);
}

double milliseconds(const std::vector<CalibrationPass>& passes, double CalibrationPass::*member) {
    std::vector<double> values;
    for (const auto& pass : passes) values.push_back(pass.*member * 1e3);
    return statistics::median(values);
}

}  // namespace

CaseResult judge_suite_time(const std::string& suite, const Recorded& recorded, const SuiteTime& time,
                            const std::vector<CalibrationPass>& passes, std::string& note) {
    CaseResult result;
    result.suite = suite;
    result.id = "latency/wall-time";
    const double growth = static_cast<double>(time.cases) / static_cast<double>(recorded.cases);
    const double fewer_workers = std::max(1.0, static_cast<double>(kRecordedJobs) / time.jobs);
    const double wall_limit = kStartPasses + kTolerance * recorded.wall * growth * fewer_workers;
    const double cpu_limit = kStartPasses + kTolerance * recorded.cpu * growth;
    const InPasses wall = in_passes(time.wall, passes, &CalibrationPass::wall);
    const InPasses cpu = in_passes(time.cpu, passes, &CalibrationPass::cpu);
    note = fmt::format(
        "{}: {}; {}; {} passes of {:.0f} ms around it: memory {:.0f}, allocation {:.0f}, floats {:.0f} ms", suite,
        described("wall", time.wall, wall, wall_limit), described("CPU", time.cpu, cpu, cpu_limit), passes.size(),
        milliseconds(passes, &CalibrationPass::wall), milliseconds(passes, &CalibrationPass::memory),
        milliseconds(passes, &CalibrationPass::allocation), milliseconds(passes, &CalibrationPass::floats));
    const bool alone = time.others < QuietMeter::kQuiet;
    if (!alone) note += fmt::format("; other programs took {:.0f} % of the machine", time.others * 100);
    if (cpu.low > cpu_limit || (wall.low > wall_limit && alone))
        result.status = Status::fail;
    else if (cpu.high <= cpu_limit && wall.high <= wall_limit)
        result.status = Status::pass;
    else
        result.status = Status::inconclusive;
    if (result.status != Status::pass) result.message = note;
    return result;
}

void SuiteClock::calibrate_until(size_t passes) {
    while (passes_.size() < passes) passes_.push_back(calibrate(time_.jobs));
}

void SuiteClock::start(bool to_be_judged) {
    if (to_be_judged) calibrate_until(kPassesPerEnd);
    meter_ = QuietMeter();
    time_.wall = -now();
    time_.cpu = -cpu_of_children();
}

void SuiteClock::stop() {
    time_.wall += now();
    time_.cpu += cpu_of_children();
    time_.others = meter_.others();
}

CaseResult SuiteClock::judge(const std::string& suite, const Recorded& recorded, size_t cases, std::string& note) {
    calibrate_until(2 * kPassesPerEnd);
    time_.cases = cases;
    return judge_suite_time(suite, recorded, time_, passes_, note);
}

}  // namespace simple::gate

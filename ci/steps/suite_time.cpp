#include "ci/steps/suite_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "ci/testkit/seconds.h"
#include "reports/statistics.h"

namespace simple::gate {
namespace {

constexpr double kTolerance = 2;
constexpr double kStartPasses = 10;  // that starting workers may take beyond what was recorded, of either time
// What each further part of a suite takes for workers of its own, which load the candidate's LibTorch again: golden in
// three parts on two cores took 8 passes of wall and 25 of CPU time more a part.
constexpr double kPartWall = 8, kPartCpu = 25;
constexpr unsigned kRecordedJobs = 2;
constexpr size_t kPassesPerEnd = 4;  // before the suite, and after
constexpr double kMoment = 20;       // passes; time limits are wide

struct InPasses {
    double low = 0, value = 0, high = 0;
};

InPasses in_passes(double seconds, const std::vector<CalibrationPass>& passes, double CalibrationPass::*member) {
    std::vector<double> units;
    for (const auto& pass : passes) units.push_back(pass.*member);
    const auto [least, most] = std::minmax_element(units.begin(), units.end());
    return {seconds / *most, seconds / statistics::median(units), seconds / *least};
}

struct Limit {
    double wall = 0, cpu = 0;
};

Limit limit_of(const Recorded& recorded, size_t cases, unsigned jobs) {
    const double growth = static_cast<double>(cases) / static_cast<double>(recorded.cases);
    const double fewer_workers = std::max(1.0, static_cast<double>(kRecordedJobs) / jobs);
    return {kStartPasses + kTolerance * recorded.wall * growth * fewer_workers,
            kStartPasses + kTolerance * recorded.cpu * growth};
}

Status status_of(const InPasses& wall, const InPasses& cpu, const Limit& limit, bool alone) {
    if (cpu.low > limit.cpu || (wall.low > limit.wall && alone)) return Status::fail;
    return cpu.high <= limit.cpu && wall.high <= limit.wall ? Status::pass : Status::inconclusive;
}

CaseResult wall_time(const std::string& suite, Status status, const std::string& note) {
    CaseResult result;
    result.suite = suite;
    result.id = "latency/wall-time";
    result.status = status;
    if (status != Status::pass) result.message = note;
    return result;
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
    const Limit limit = limit_of(recorded, time.cases, time.jobs);
    const InPasses wall = in_passes(time.wall, passes, &CalibrationPass::wall);
    const InPasses cpu = in_passes(time.cpu, passes, &CalibrationPass::cpu);
    note = fmt::format(
        "{}: {}; {}; {} passes of {:.0f} ms around it: memory {:.0f}, allocation {:.0f}, floats {:.0f} ms", suite,
        described("wall", time.wall, wall, limit.wall), described("CPU", time.cpu, cpu, limit.cpu), passes.size(),
        milliseconds(passes, &CalibrationPass::wall), milliseconds(passes, &CalibrationPass::memory),
        milliseconds(passes, &CalibrationPass::allocation), milliseconds(passes, &CalibrationPass::floats));
    const bool alone = time.others < QuietMeter::kQuiet;
    if (!alone) note += fmt::format("; other programs took {:.0f} % of the machine", time.others * 100);
    return wall_time(suite, status_of(wall, cpu, limit, alone), note);
}

CaseResult judge_suite_parts(const std::string& suite, const Recorded& recorded, const std::vector<SuitePasses>& parts,
                             std::string& note) {
    InPasses wall, cpu;
    Limit limit;
    double others = 0;
    for (const auto& part : parts) {
        const auto [wall_limit, cpu_limit] = limit_of(recorded, part.cases, part.jobs);
        limit.wall += wall_limit;
        limit.cpu += cpu_limit;
        wall = {wall.low + part.wall_low, wall.value + part.wall, wall.high + part.wall_high};
        cpu = {cpu.low + part.cpu_low, cpu.value + part.cpu, cpu.high + part.cpu_high};
        others = std::max(others, part.others);
    }
    const auto further = static_cast<double>(parts.size() - 1);
    limit.wall += kTolerance * kPartWall * further;
    limit.cpu += kTolerance * kPartCpu * further;
    note = fmt::format(
        "{}: in {} shards wall {:.0f} passes (limit {:.0f}; {:.0f} to {:.0f}); CPU {:.0f} passes (limit "
        "{:.0f}; {:.0f} to {:.0f})",
        suite, parts.size(), wall.value, limit.wall, wall.low, wall.high, cpu.value, limit.cpu, cpu.low, cpu.high);
    const bool alone = others < QuietMeter::kQuiet;
    if (!alone) note += fmt::format("; other programs took up to {:.0f} % of a machine", others * 100);
    return wall_time(suite, status_of(wall, cpu, limit, alone), note);
}

double excess_of_loading(const Recorded& recorded, double load_seconds, const std::vector<CalibrationPass>& passes) {
    const double load = in_passes(load_seconds, passes, &CalibrationPass::cpu).value;
    return load > recorded.load ? recorded.loads * load_seconds * (1 - recorded.load / load) : 0;
}

SuiteClock::SuiteClock(unsigned jobs, const std::vector<CalibrationPass>& before) {
    time_.jobs = jobs;
    const double age = before.empty() ? std::numeric_limits<double>::infinity() : wall_seconds() - before.back().ended;
    if (before.empty() || age > kMoment * before.back().wall)
        passes_ = {calibrate(jobs)};
    else if (before.size() >= kPassesPerEnd && age < before.back().wall)
        passes_.assign(before.end() - kPassesPerEnd, before.end());
}

void SuiteClock::calibrate_until(size_t passes) {
    while (passes_.size() < passes) passes_.push_back(calibrate(time_.jobs));
}

void SuiteClock::start(bool to_be_judged) {
    if (to_be_judged) calibrate_until(kPassesPerEnd);
    meter_ = QuietMeter();
    time_.wall = -wall_seconds();
    time_.cpu = -cpu_seconds(RUSAGE_CHILDREN);
}

void SuiteClock::stop() {
    time_.wall += wall_seconds();
    time_.cpu += cpu_seconds(RUSAGE_CHILDREN);
    time_.others = meter_.others();
}

void SuiteClock::discount(const Recorded& recorded, double load_seconds) {
    calibrate_until(2 * kPassesPerEnd);
    const double excess = excess_of_loading(recorded, load_seconds, passes_);
    time_.cpu -= excess;
    time_.wall -= excess / time_.jobs;
}

CaseResult SuiteClock::judge(const std::string& suite, const Recorded& recorded, size_t cases, std::string& note) {
    calibrate_until(2 * kPassesPerEnd);
    time_.cases = cases;
    return judge_suite_time(suite, recorded, time_, passes_, note);
}

SuitePasses SuiteClock::part(const std::string& suite, size_t cases) {
    calibrate_until(2 * kPassesPerEnd);
    const InPasses wall = in_passes(time_.wall, passes_, &CalibrationPass::wall);
    const InPasses cpu = in_passes(time_.cpu, passes_, &CalibrationPass::cpu);
    return {suite, cases, time_.jobs, wall.low, wall.value, wall.high, cpu.low, cpu.value, cpu.high, time_.others};
}

}  // namespace simple::gate

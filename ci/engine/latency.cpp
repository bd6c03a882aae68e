#include "ci/engine/latency.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "ci/engine/quiet.h"
#include "impl/abi/library_path.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

// Limits of DESIGN's latency gates, in seconds.
constexpr double kStubAddFree = 120e-9;
constexpr double kFormOverCore = 10e-9;
constexpr double kLinkedOverPointer = 3e-9;

constexpr double kProcessSeconds = 60;
constexpr int kMostProcesses = 24;
constexpr double kMostSeconds = 45;
constexpr size_t kQuietNeeded = 5;
constexpr double kFarOver = 3;  // times the limit: what no other process on the machine explains

constexpr double kSuiteTolerance = 2;     // times the recorded ratio
constexpr double kSuiteLeastSeconds = 1;  // shorter suites are not told apart from starting a process
constexpr unsigned kRecordedJobs = 2;

std::string readable(double seconds) {
    const double size = std::abs(seconds);
    if (size < 1e-6) return fmt::format("{:.1f} ns", seconds * 1e9);
    if (size < 1e-3) return fmt::format("{:.2f} µs", seconds * 1e6);
    return size < 1 ? fmt::format("{:.1f} ms", seconds * 1e3) : fmt::format("{:.1f} s", seconds);
}

CaseResult case_of(const std::string& suite, const std::string& id, const std::string& function) {
    CaseResult result;
    result.suite = suite;
    result.id = id;
    result.function = function;
    result.status = Status::pass;
    return result;
}

}  // namespace

double statistic(Latency::By by, std::vector<double> seconds) {
    std::sort(seconds.begin(), seconds.end());
    return by == Latency::By::least ? seconds.front() : seconds[(seconds.size() - 1) / 2];
}

Judged judge_times(const Latency& latency, const std::vector<double>& seconds, const std::vector<bool>& quiet,
                   bool last) {
    if (seconds.size() < static_cast<size_t>(latency.processes) && !last) return Judged::more;
    const double value = statistic(latency.by, seconds);
    if (value <= latency.limit) return Judged::pass;
    std::vector<double> in_quiet;
    for (size_t i = 0; i < seconds.size(); ++i)
        if (quiet[i]) in_quiet.push_back(seconds[i]);
    if (in_quiet.size() >= kQuietNeeded && statistic(latency.by, in_quiet) > latency.limit) return Judged::fail;
    if (seconds.size() >= kQuietNeeded && value > kFarOver * latency.limit) return Judged::fail;
    return last ? Judged::inconclusive : Judged::more;
}

Timed measure(const Latency& latency, const Settings& settings) {
    Timed timed;
    timed.result = case_of(latency.suite, latency.id, latency.function);
    std::vector<double> seconds;
    std::vector<bool> quiet;
    const auto start = Clock::now();
    for (Judged judged = Judged::more; judged == Judged::more;) {
        const QuietMeter meter;
        timed.ran = run_to_end(latency.argv, kProcessSeconds * settings.timeout_scale);
        const Json measured = Json::parse(timed.ran.events, nullptr, false);
        // The loader goes on without what it cannot preload: something else would be measured.
        const bool absent = timed.ran.output.find("cannot be preloaded") != std::string::npos;
        if (timed.ran.timed_out || absent || !timed.ran.ending.clean() || !measured.is_object() ||
            !measured.contains("seconds") || !measured["seconds"].is_number()) {
            timed.bad = true;
            timed.result.status = Status::error;
            timed.result.message =
                fmt::format("not measured: {} {}",
                            timed.ran.timed_out ? "it does not end" : timed.ran.ending.describe(), timed.ran.output);
            return timed;
        }
        quiet.push_back(meter.quiet());
        seconds.push_back(measured["seconds"]);
        if (seconds.size() == 1) timed.first = measured;
        const std::chrono::duration<double> spent = Clock::now() - start;
        const bool last = seconds.size() >= kMostProcesses || spent.count() > kMostSeconds || interrupted();
        judged = judge_times(latency, seconds, quiet, last);
        const double value = statistic(latency.by, seconds);
        timed.note = fmt::format("{}: {} (limit {}; {} of {} process{})", latency.what, readable(value),
                                 readable(latency.limit), latency.by == Latency::By::least ? "least" : "median",
                                 seconds.size(), seconds.size() == 1 ? "" : "es");
        if (judged == Judged::fail) {
            timed.result.status = Status::fail;
            timed.result.message =
                fmt::format("{} takes {}; the limit is {}", latency.what, readable(value), readable(latency.limit));
        } else if (judged == Judged::inconclusive) {
            timed.result.status = Status::inconclusive;
            timed.result.message = fmt::format(
                "{} takes {} and the limit is {}, but other programs kept the machine busy in {} of {} measurements",
                latency.what, readable(value), readable(latency.limit), std::count(quiet.begin(), quiet.end(), false),
                quiet.size());
        }
    }
    return timed;
}

CaseResult judge_suite_time(const std::string& suite, const Recorded& recorded, size_t cases, unsigned jobs,
                            double seconds, double calibration, double others, std::string& note) {
    CaseResult result = case_of(suite, "latency/wall-time", "");
    const double growth = static_cast<double>(cases) / static_cast<double>(recorded.cases);
    const double fewer_workers = std::max(1.0, static_cast<double>(kRecordedJobs) / jobs);
    const double usual = recorded.loops * growth * fewer_workers;
    const double limit = std::max(kSuiteLeastSeconds, kSuiteTolerance * usual * calibration);
    note = fmt::format("{}: {:.1f} s, {:.0f} calibration loops of {:.1f} ms (limit {:.0f})", suite, seconds,
                       seconds / calibration, calibration * 1e3, limit / calibration);
    if (seconds <= limit) return result;
    // The least that the suite would have taken with the cores to itself. Enough to convict, not to acquit: a suite
    // that waits, or uses one core, is not slowed by others as much.
    const double alone = seconds * (1 - others);
    result.status = others < QuietMeter::kQuiet || alone > kFarOver * limit ? Status::fail : Status::inconclusive;
    result.message =
        fmt::format("the suite takes {:.1f} s; the limit on this machine is {:.1f} s, {:g} times what was recorded",
                    seconds, limit, kSuiteTolerance);
    if (result.status == Status::inconclusive)
        result.message += fmt::format("; other programs took {:.0f} % of the machine meanwhile", others * 100);
    return result;
}

std::vector<CaseResult> check_latency(const Settings& settings, const std::string& dyncall, bool whole,
                                      StepResult& step) {
    const std::string probe = settings.bin + "/simple-probe";
    const auto host = [&](const char* option) { return settings.bin + "/host." + option; };
    const std::string candidate = with_folder(settings.candidate);
    const auto linked = [&](const char* id, const char* what, std::vector<std::string> argv) {
        return Latency{"linked",
                       id,
                       "ndim",
                       what,
                       std::move(argv),
                       kLinkedOverPointer,
                       Latency::By::median,
                       settings.quick ? 1 : 5};
    };
    std::vector<Latency> gates;
    if (step.name == "stub")
        gates.push_back({"stub",
                         "latency/add-free",
                         "add",
                         "add + free of the stub",
                         {probe, settings.stub, "add-free"},
                         kStubAddFree,
                         Latency::By::least,
                         settings.quick ? 1 : 3});
    if (step.name == "dynamic")
        gates.push_back({"dynamic",
                         "latency/form-over-core",
                         "view",
                         "view_1d over view",
                         {probe, dyncall, "forms"},
                         kFormOverCore,
                         Latency::By::median,
                         settings.quick ? 1 : 3});
    if (step.name == "linked") {
        if (std::filesystem::exists(host("stub")))
            gates.push_back(
                linked("latency/linked-dynamically", "a call linked dynamically over one by pointer",
                       {"/usr/bin/env", "LD_PRELOAD=" + preloadable(candidate), host("stub"), "--latency"}));
        if (!settings.quick && std::filesystem::exists(host("loaded")))
            gates.push_back(linked("latency/loaded", "a call of a loaded library over one by pointer",
                                   {"/usr/bin/env", "RT_TORCH_LIBRARY=" + candidate, host("loaded"), "--latency"}));
        // An archive can only be linked when the host is built: this is the build's own.
        if (!settings.quick && settings.own_build && std::filesystem::exists(host("static")))
            gates.push_back(linked("latency/linked-statically", "a call linked statically over one by pointer",
                                   {host("static"), "--latency"}));
    }
    std::vector<CaseResult> results;
    for (const auto& gate : gates) {
        if (interrupted() || !selects(settings, gate.suite, gate.id, gate.function, true)) continue;
        if (step.name == "linked" && !whole) {
            results.push_back(case_of(gate.suite, gate.id, gate.function));
            results.back().status = Status::skipped;
            results.back().capability = "symbol";
            continue;
        }
        Timed timed = measure(gate, settings);
        if (!timed.bad && timed.first.value("skipped", "") != "") {
            timed.result.status = Status::skipped;
            timed.result.capability = timed.first["skipped"];
        } else if (!timed.note.empty()) {
            step.notes.push_back(timed.note);
        }
        results.push_back(std::move(timed.result));
    }
    return results;
}

}  // namespace simple::gate

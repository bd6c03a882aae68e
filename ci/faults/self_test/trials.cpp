#include "ci/faults/self_test/trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "ci/engine/gate.h"
#include "ci/faults/self_test/call_table.h"
#include "ci/faults/self_test/self_test.h"
#include "ci/steps/time_scale.h"
#include "reports/read_verdict.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr double kStepSeconds = 300;

std::string inner_of(const Planted& planted, const Settings& settings) {
    return planted.in_stub ? settings.stub : settings.candidate;
}

bool is_time(const std::string& suite, const std::string& id) {
    return id.rfind("latency/", 0) == 0 || suite == "performance";
}

void demand_started(const std::vector<CaseResult>& results) {
    for (const auto& c : results)
        if (c.message.rfind("the suite did not start", 0) == 0) throw std::runtime_error(c.message);
}

}  // namespace

Settings on(const Settings& settings, const Planted& planted) {
    Settings proxied = settings;
    const std::string lib = fs::path(settings.bin).parent_path() / "lib";
    (planted.in_stub ? proxied.stub : proxied.candidate) =
        lib + "/" + (planted.library.empty() ? "libsimple_faults.so" : planted.library);
    proxied.own_build = false;
    proxied.jobs = 1;
    return proxied;
}

const Plan& Plans::of(const Suite& suite, const Planted& planted) {
    // A library of its own that is built where devices are simulated.
    if (planted.promise == "C3" && !planted.library.empty() && !devices_.possible) throw NotHere(devices_.reason);
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::string key = row_of(planted, suite.name) + (planted.library.empty() ? "" : " " + planted.library);
    auto found = plans_.find(key);
    if (found == plans_.end()) {
        const Settings proxied = on(settings_, planted);
        if (!Gate::is_built(suite, proxied)) throw std::runtime_error(fmt::format("{} is not built", suite.name));
        Plan plan = plan_of(
            with_environment(Gate::program_of(suite, proxied), environment_of("", inner_of(planted, settings_))),
            Gate::limits_of(suite, proxied));
        found = plans_.emplace(key, std::move(plan)).first;
    }
    if (!found->second.problem.empty())
        throw std::runtime_error(fmt::format("{}: {}", suite.name, found->second.problem));
    return found->second;
}

size_t Plans::cases() const {
    std::map<std::string, size_t> suites;  // the most that any of the libraries has
    for (const auto& [key, plan] : plans_) {
        size_t& most = suites[key.substr(0, key.find(' '))];
        most = std::max(most, plan.cases.size());
    }
    return std::accumulate(suites.begin(), suites.end(), size_t{0},
                           [](size_t n, const auto& s) { return n + s.second; });
}

ServedProxy& Trials::served(const Planted& planted, const Suite& suite) {
    const std::string row = row_of(planted, suite.name);
    auto found = served_.find(row);
    if (found == served_.end())
        found = served_.try_emplace(row, Gate::program_of(suite, on(settings_, planted)), inner_of(planted, settings_))
                    .first;
    return found->second;
}

std::vector<CaseResult> Trials::run(const Planted& planted, const Suite& suite, const std::vector<PlannedCase>& cases,
                                    bool to_first, bool apart) {
    if (cases.empty()) return {};
    const bool devices_first = plans_.on_devices(cases.front());
    std::vector<CaseResult> results;
    for (const bool on_devices : {devices_first, !devices_first}) {
        std::vector<PlannedCase> part;
        for (const auto& c : cases)
            if (plans_.on_devices(c) == on_devices) part.push_back(c);
        if (part.empty() || (to_first && any_failed(results))) continue;
        auto met = run_part(planted, suite, part, to_first, apart, on_devices);
        std::move(met.begin(), met.end(), std::back_inserter(results));
    }
    return results;
}

// The simulated devices are preloaded: into a process of its own.
std::vector<CaseResult> Trials::run_part(const Planted& planted, const Suite& suite,
                                         const std::vector<PlannedCase>& cases, bool to_first, bool apart,
                                         bool on_devices) {
    const Settings proxied = on(settings_, planted);
    const bool serves = !apart && !on_devices && planted.library.empty() && plans_.of(suite, planted).serves;
    ServedProxy* const shared = serves && served(planted, suite).server().usable() ? &served(planted, suite) : nullptr;
    if (shared) shared->name(planted.id);
    const auto program = with_environment(Gate::program_of(suite, proxied, on_devices),
                                          environment_of(planted.id, inner_of(planted, settings_)));
    GivenUp given_up;
    std::vector<std::string> problems;
    auto results = run_cases(
        program, cases, Gate::limits_of(suite, proxied), given_up, problems,
        [&](const CaseResult& c, size_t) { return !to_first || !is_failure(c.status); },
        shared ? &shared->server() : nullptr);
    if (!problems.empty()) throw std::runtime_error(problems.front());
    demand_started(results);
    // Also where the server failed later: what ran until then counts.
    if (shared && shared->ran() && !shared->planted())
        throw std::runtime_error("nothing was planted: the proxy did not see the fork");
    for (auto& c : results) {
        c.suite = suite.name;
        if (on_devices && c.status == Status::skipped && c.capability == "cuda")
            throw std::runtime_error("the simulated CUDA devices were not there");
    }
    return results;
}

std::vector<CaseResult> Trials::run_step(const Planted& planted, const std::string& step) {
    const Settings proxied = on(settings_, planted);
    const std::string out = settings_.out + "/steps/" + planted.id;
    std::vector<std::string> argv{settings_.bin + "/simple-gate",
                                  "--candidate",
                                  proxied.candidate,
                                  "--stub",
                                  proxied.stub,
                                  find_step(step) ? "--step" : "--suite",
                                  step,
                                  "--out",
                                  out,
                                  "--keep-going",
                                  "--jobs",
                                  is_slowdown(planted) ? std::to_string(settings_.jobs) : "1"};
    // A suite's time is that of all its cases; a call's is its own.
    const std::string timed = step == "performance" ? "latency/" + planted.function + "/*" : "latency/*";
    if (is_slowdown(planted) && find_step(step)) argv.insert(argv.end(), {"--filter", timed});
    const Ran ran = run_to_end(with_environment(argv, environment_of(planted.id, inner_of(planted, settings_))),
                               kStepSeconds * time_scale(settings_));
    if (ran.timed_out || ran.ending.signal != 0 || ran.ending.exit_code > 3)
        throw std::runtime_error(fmt::format("the step {} {}: {}", step, ran.ending.describe(), ran.output));
    std::vector<CaseResult> results;
    for (const auto& judged : read_verdict_file(out + "/verdict.json").cases) {
        CaseResult c;
        c.suite = judged.suite;
        c.id = judged.id;
        if (is_time(c.suite, c.id) != is_slowdown(planted)) continue;  // a time proves nothing of other faults
        c.function = planted.function;
        c.status = judged.status;
        results.push_back(std::move(c));
    }
    fs::remove_all(out);
    return results;
}

}  // namespace simple::gate

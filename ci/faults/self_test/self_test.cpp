#include "ci/faults/self_test/self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "ci/engine/gate.h"
#include "ci/engine/run_description.h"
#include "ci/engine/simulated_devices.h"
#include "ci/steps/calibration.h"
#include "reports/digest.h"
#include "reports/read_verdict.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kStepSeconds = 300;

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

// The settings of a run on the proxy, or on the fault's own library.
Settings on(const Settings& settings, const Planted& planted) {
    Settings proxied = settings;
    const std::string lib = fs::path(settings.bin).parent_path() / "lib";
    (planted.in_stub ? proxied.stub : proxied.candidate) =
        lib + "/" + (planted.library.empty() ? "libsimple_faults.so" : planted.library);
    proxied.own_build = false;
    proxied.jobs = 1;
    return proxied;
}

// A planted slowdown, which a time must betray, and which needs the machine to itself.
bool is_slowdown(const Planted& planted) { return planted.kind == "latency"; }

// What a process needs to plant `id`, "" for nothing.
std::vector<std::string> planting(const Planted& planted, const std::string& id, const Settings& settings) {
    return environment_of(id, planted.in_stub ? settings.stub : settings.candidate);
}

bool is_time(const std::string& suite, const std::string& id) {
    return id.rfind("latency/", 0) == 0 || suite == "performance";
}

std::vector<std::string> with_environment(std::vector<std::string> argv, const std::vector<std::string>& environment) {
    argv.insert(argv.begin(), environment.begin(), environment.end());
    return argv;
}

bool any_failed(const std::vector<CaseResult>& results) {
    return std::any_of(results.begin(), results.end(), [](const CaseResult& c) { return is_failure(c.status); });
}

class SelfTest {
  public:
    SelfTest(const Settings& settings, Plans& plans)
        : settings_(settings), plans_(plans), devices_(simulated_devices(settings)) {}

    CatchResult run(const Planted& planted, bool full) {
        CatchResult result;
        result.fault = planted.id;
        const double before = now();
        std::vector<CaseResult> met;
        try {
            if (only_devices_show(planted) && !devices_.possible) {
                result.outcome = Catch::skipped;
                result.message = devices_.reason;
                return result;
            }
            // A correct variant has to pass everything, a fault the cases of its function first in every suite.
            const bool all = full || planted.correct;
            for (const auto& name : planted.suites) run_in(planted, name, true, all, met);
            for (const auto& name : planted.suites)
                if (!all && find_suite(name)) run_in(planted, name, false, false, met);
            if (met.empty() && !interrupted()) throw std::runtime_error("no case ran");
            result.outcome = judge_catch(planted, met);
        } catch (const std::exception& e) {
            result.outcome = Catch::error;
            result.message = e.what();
        }
        for (const auto& c : met) {
            result.ran.push_back(c.name());
            if (!is_failure(c.status)) continue;
            if (result.by.empty() && result.message.empty()) result.message = c.message;
            result.by.push_back(c.name());
        }
        result.seconds = now() - before;
        return result;
    }

  private:
    void run_in(const Planted& planted, const std::string& name, bool of_function, bool all,
                std::vector<CaseResult>& met) {
        if (!all && any_failed(met)) return;
        const Suite* suite = is_slowdown(planted) ? nullptr : find_suite(name);
        std::vector<CaseResult> results =
            suite ? run_suite(planted, *suite, of_function, all) : run_step(planted, name);
        std::move(results.begin(), results.end(), std::back_inserter(met));
    }

    std::vector<CaseResult> run_suite(const Planted& planted, const Suite& suite, bool of_function, bool all) {
        const Settings proxied = on(settings_, planted);
        const Plan& plan = plan_for(suite, planted);
        std::vector<PlannedCase> cases = cases_for(planted, plan, all || !of_function);
        if (!all && !of_function) cases.erase(cases.begin(), cases.begin() + cases_for(planted, plan, false).size());
        if (cases.empty()) return {};
        const bool devices_first = needs_devices(cases.front());
        std::vector<CaseResult> results;
        for (const bool on_devices : {devices_first, !devices_first}) {
            std::vector<PlannedCase> part;
            for (const auto& c : cases)
                if (needs_devices(c) == on_devices) part.push_back(c);
            if (part.empty() || (!all && any_failed(results))) continue;
            auto met = run_part(planted, suite, part, on_devices, all);
            std::move(met.begin(), met.end(), std::back_inserter(results));
        }
        return results;
    }

    // A library of its own that is built where devices are simulated.
    static bool only_devices_show(const Planted& planted) {
        return planted.promise == "C3" && !planted.library.empty();
    }

    // As in a run of the gate: what needs CUDA has devices that are simulated, where the candidate can have them.
    bool needs_devices(const PlannedCase& c) const { return !c.needs.empty() && devices_.possible; }

    std::vector<CaseResult> run_part(const Planted& planted, const Suite& suite, const std::vector<PlannedCase>& cases,
                                     bool on_devices, bool all) {
        const Settings proxied = on(settings_, planted);
        auto argv = Gate::program_of(suite, proxied);
        if (on_devices) argv = with_simulated_cuda(std::move(argv), settings_);
        argv = with_environment(std::move(argv), planting(planted, planted.id, settings_));
        GivenUp given_up;
        std::vector<std::string> problems;
        auto results = run_cases(argv, cases, Gate::limits_of(suite, proxied), given_up, problems,
                                 [&](const CaseResult& c, size_t) { return all || !is_failure(c.status); });
        if (!problems.empty()) throw std::runtime_error(problems.front());
        for (auto& c : results) {
            c.suite = suite.name;
            if (c.message.rfind("the suite did not start", 0) == 0) throw std::runtime_error(c.message);
            if (on_devices && c.status == Status::skipped && c.capability == "cuda")
                throw std::runtime_error("the simulated CUDA devices were not there");
        }
        return results;
    }

    // A step whose checks are the gate's own, or a suite that is to be timed: a gate of its own, on that alone.
    std::vector<CaseResult> run_step(const Planted& planted, const std::string& step) {
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
        // A suite's time is that of all its cases.
        if (is_slowdown(planted) && find_step(step)) argv.insert(argv.end(), {"--filter", "latency/*"});
        const Ran ran = run_to_end(with_environment(argv, planting(planted, planted.id, settings_)),
                                   kStepSeconds * settings_.timeout_scale * slowness());
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

    // Asked for once, of the proxy with nothing planted. A library of its own is asked itself.
    const Plan& plan_for(const Suite& suite, const Planted& planted) {
        const std::lock_guard<std::mutex> lock(mutex_);
        const std::string key =
            suite.name + (planted.library.empty() ? "" : " " + planted.library) + (planted.in_stub ? " in stub" : "");
        auto found = plans_.find(key);
        if (found == plans_.end()) {
            const Settings proxied = on(settings_, planted);
            if (!Gate::is_built(suite, proxied)) throw std::runtime_error(fmt::format("{} is not built", suite.name));
            Plan plan = plan_of(with_environment(Gate::program_of(suite, proxied), planting(planted, "", settings_)),
                                Gate::limits_of(suite, proxied));
            found = plans_.emplace(key, std::move(plan)).first;
        }
        if (!found->second.problem.empty())
            throw std::runtime_error(fmt::format("{}: {}", suite.name, found->second.problem));
        return found->second;
    }

    const Settings& settings_;
    Plans& plans_;
    const SimulatedDevices devices_;
    std::mutex mutex_;
};

// Results of an earlier --self-test=full with the same programs: one JSON object a line.
class Matrix {
  public:
    Matrix(const Settings& settings, std::string file) : file_(std::move(file)) {
        const fs::path lib = fs::path(settings.bin).parent_path() / "lib";
        for (const auto& path :
             {lib / "libsimple_faults.so", lib / "libsimulated_cuda.so", fs::path(settings.candidate),
              fs::path(settings.stub), fs::path(settings.bin) / "golden_suite",
              fs::path(settings.bin) / "property_suite", fs::path(settings.bin) / "differential_suite"}) {
            std::error_code ignored;
            build_ += fmt::format("{};", fs::last_write_time(path, ignored).time_since_epoch().count());
        }
    }

    std::map<std::string, CatchResult> read() const {
        std::map<std::string, CatchResult> known;
        std::ifstream in(file_);
        for (std::string line; std::getline(in, line);) {
            const Json row = Json::parse(line, nullptr, false);
            if (!row.is_object() || row.value("build", "") != build_) continue;
            CatchResult result;
            result.fault = row.at("fault");
            result.outcome = static_cast<Catch>(row.at("outcome").get<int>());
            row.at("by").get_to(result.by);
            row.at("ran").get_to(result.ran);
            row.at("message").get_to(result.message);
            row.at("seconds").get_to(result.seconds);
            known[result.fault] = std::move(result);
        }
        return known;
    }

    void append(const CatchResult& result) const {
        std::ofstream(file_, std::ios::app)
            << Json{{"build", build_},          {"fault", result.fault}, {"outcome", static_cast<int>(result.outcome)},
                    {"by", result.by},          {"ran", result.ran},     {"message", result.message},
                    {"seconds", result.seconds}}
                   .dump(-1, ' ', false, Json::error_handler_t::replace)
            << "\n";
    }

  private:
    std::string file_;
    std::string build_;  // when the programs were built
};

void print_line(const Planted& planted, const CatchResult& result, size_t done, size_t all) {
    std::string detail = result.by.empty() ? planted.what : result.by.front();
    if (result.outcome == Catch::error) detail = result.message.substr(0, result.message.find('\n'));
    fmt::print("[{:3}/{}] {:<9} {:<34} {}{}{}\n", done, all, to_string(result.outcome), planted.id, planted.defect,
               planted.defect.empty() ? "" : " ", detail);
}

}  // namespace

std::vector<PlannedCase> cases_for(const Planted& planted, const Plan& plan, bool all) {
    const auto rank = [&](const PlannedCase& c) {
        const auto names = [&](const std::string& promise) {
            return !promise.empty() && std::find(c.promises.begin(), c.promises.end(), promise) != c.promises.end();
        };
        const bool of_function = c.function == planted.function;
        return (of_function ? 0 : 4) + (names(planted.defect) ? 0 : names(planted.promise) ? 1 : 2);
    };
    std::vector<PlannedCase> cases;
    for (const auto& c : plan.cases)
        if (all || rank(c) < 4) cases.push_back(c);
    std::stable_sort(cases.begin(), cases.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
    return cases;
}

Catch judge_catch(const Planted& planted, const std::vector<CaseResult>& results) {
    const auto names = [](const CaseResult& c, const std::string& promise) {
        return std::find(c.promises.begin(), c.promises.end(), promise) != c.promises.end();
    };
    const bool failed = any_failed(results);
    if (planted.correct) return failed ? Catch::red : Catch::green;
    if (!failed) {
        const auto of_promise = [&](const CaseResult& c) { return names(c, planted.promise); };
        const auto ran = [&](const CaseResult& c) { return of_promise(c) && c.status != Status::skipped; };
        return std::any_of(results.begin(), results.end(), of_promise) &&
                       std::none_of(results.begin(), results.end(), ran)
                   ? Catch::skipped
                   : Catch::missed;
    }
    const bool named = std::any_of(results.begin(), results.end(), [&](const CaseResult& c) {
        const bool of_defect = planted.defect.empty() || c.promises.empty() || names(c, planted.defect);
        return is_failure(c.status) && (planted.function.empty() || c.function == planted.function) && of_defect;
    });
    return named ? Catch::caught : Catch::elsewhere;
}

std::vector<Planted> dealt_faults(const std::vector<Planted>& faults, const ShardNumber& shard) {
    std::vector<Planted> mine;
    std::map<std::pair<bool, bool>, unsigned> next;
    for (const auto& planted : faults)
        if (next[{planted.correct, is_slowdown(planted)}]++ % shard.of == shard.index - 1) mine.push_back(planted);
    return mine;
}

int self_test(const Settings& settings) {
    const bool full = settings.self_test == std::string("full");
    std::vector<Planted> faults = read_planted(settings);
    if (!settings.filters.empty())
        faults.erase(std::remove_if(faults.begin(), faults.end(),
                                    [&](const Planted& p) { return !selects(settings, "", p.id, p.function, true); }),
                     faults.end());
    if (faults.empty()) throw std::runtime_error("no planted fault matches");
    const Run described = describe(settings);
    SelfTestRun run;
    run.shard = settings.shard;
    run.full = full;
    run.candidate_sha256 = described.candidate_sha256;
    run.harness_sha256 = described.harness_sha256;
    run.faults_sha256 = sha256_of_file(on(settings, Planted()).candidate);
    for (const auto& planted : faults) run.faults.push_back(planted.id);
    if (settings.shard) faults = dealt_faults(faults, *settings.shard);
    if (faults.empty()) throw std::runtime_error("this shard has no fault: there are more shards than faults");
    reports::prepare(settings.out);
    // Whatever ends this run leaves no report that is not its own.
    fs::remove(settings.out + "/self-test.json");
    catch_signals();
    const Matrix matrix(settings, settings.out + "/matrix.jsonl");
    auto known = full ? matrix.read() : std::map<std::string, CatchResult>{};
    const double before = now();
    Plans plans;
    SelfTest test(settings, plans);
    std::vector<std::optional<CatchResult>> results(faults.size());
    std::mutex output;
    size_t done = 0;
    // Slowdowns come last, one at a time, on a machine that does nothing else.
    const auto shared = static_cast<size_t>(
        std::stable_partition(faults.begin(), faults.end(), std::not_fn(is_slowdown)) - faults.begin());
    std::atomic<size_t> next{0};
    const auto work = [&](size_t end) {
        for (size_t i; !interrupted() && (i = next++) < end;) {
            const auto earlier = known.find(faults[i].id);
            CatchResult result = earlier != known.end() ? earlier->second : test.run(faults[i], full);
            if (interrupted()) return;
            const std::lock_guard<std::mutex> lock(output);
            if (full && earlier == known.end() && result.outcome != Catch::error) matrix.append(result);
            print_line(faults[i], result, ++done, faults.size());
            results[i] = std::move(result);
        }
    };
    std::vector<std::thread> workers;
    for (unsigned i = 0; i < settings.jobs; ++i) workers.emplace_back(work, shared);
    for (auto& worker : workers) worker.join();
    next = shared;
    work(faults.size());

    for (const auto& [suite, plan] : plans) run.cases += plan.cases.size();
    for (size_t i = 0; i < faults.size(); ++i)
        if (results[i] && !faults[i].correct) run.met.insert(results[i]->ran.begin(), results[i]->ran.end());
    std::vector<CatchResult> finished;
    for (auto& result : results)
        if (result) finished.push_back(std::move(*result));
    const std::string summary = self_test_summary(faults, finished, run);
    fmt::print("\n{}", summary);
    write_self_test(faults, finished, run, summary, settings.out);
    const int code = judge_self_test(faults.size(), finished, run,
                                     fmt::format(" in {:.0f} s; reports in {}", now() - before, settings.out));
    if (interrupted()) fmt::print("interrupted{}\n", full ? "; the same command goes on from here" : "");
    return code;
}

}  // namespace simple::gate

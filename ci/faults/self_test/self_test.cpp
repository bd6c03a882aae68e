#include "ci/faults/self_test/self_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <random>
#include <stdexcept>
#include <utility>

#include "ci/engine/run_description.h"
#include "ci/faults/self_test/first_catch.h"
#include "ci/faults/self_test/matrix.h"
#include "ci/faults/self_test/selection.h"
#include "ci/faults/self_test/trial_threads.h"
#include "ci/testkit/seconds.h"
#include "reports/digest.h"
#include "reports/held_folder.h"
#include "reports/reports.h"

namespace simple::gate {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPairs = 100;

// Every case of its suites, whatever fails; slowdowns, which are to be alone on the machine, behind all others.
void try_every_case(const Settings& settings, Plans& plans, Outcomes& outcomes) {
    const Matrix matrix(settings, settings.out + "/matrix.jsonl");
    const auto known = matrix.read();
    std::mutex appending;
    const auto meet = [&](Trials& trials, size_t i) {
        const Planted& planted = outcomes.fault(i);
        if (const auto earlier = known.find(planted.id); earlier != known.end())
            return outcomes.end(i, earlier->second);
        CatchResult result = tried(planted, "every case", [&](auto& met) {
            for (const auto& name : planted.suites) {
                const Suite* suite = is_slowdown(planted) ? nullptr : find_suite(name);
                auto results =
                    suite ? trials.run(planted, *suite, cases_for(planted, plans.of(*suite, planted), true), false)
                          : trials.run_step(planted, name);
                for (auto& c : results) c.counts.clear();
                std::move(results.begin(), results.end(), std::back_inserter(met));
            }
        });
        if (interrupted()) return;
        if (result.outcome != Catch::error) {
            const std::lock_guard<std::mutex> lock(appending);
            matrix.append(result);
        }
        outcomes.end(i, std::move(result));
    };
    {
        TrialThreads threads(settings, plans);
        std::deque<TrialThreads::Task> tasks;
        for (size_t i = 0; i < outcomes.size(); ++i)
            if (!is_slowdown(outcomes.fault(i))) tasks.push_back([&, i](Trials& trials) { meet(trials, i); });
        threads.run(std::move(tasks));
    }
    Trials alone(settings, plans);
    for (size_t i = 0; i < outcomes.size() && !interrupted(); ++i)
        if (is_slowdown(outcomes.fault(i))) meet(alone, i);
}

// Each of `outcomes` is two faults. The first case that fails has to be of one of their functions.
void try_pairs(const Settings& settings, Plans& plans, Outcomes& outcomes) {
    const auto meet = [&](Trials& trials, size_t i) {
        const Planted& planted = outcomes.fault(i);
        CatchResult result = tried(planted, "the cases of both functions, then every case", [&](auto& met) {
            meet_cases_of_function(trials, plans, planted, false, met);
            for (const auto& name : planted.suites) {
                if (any_failed(met)) return;
                const Suite& suite = *find_suite(name);
                auto results = trials.run(planted, suite, plans.of(suite, planted).cases, true);
                std::move(results.begin(), results.end(), std::back_inserter(met));
            }
        });
        if (!interrupted()) outcomes.end(i, std::move(result));
    };
    TrialThreads threads(settings, plans);
    std::deque<TrialThreads::Task> tasks;
    for (size_t i = 0; i < outcomes.size(); ++i) tasks.push_back([&, i](Trials& trials) { meet(trials, i); });
    threads.run(std::move(tasks));
}

// "first", "pairs:17": how, and the seed of what is drawn, a new one where none is given.
void read_mode(const std::string& given, SelfTestRun& run) {
    run.mode = given.substr(0, given.find(':'));
    run.seed = run.mode.size() < given.size() ? std::strtoull(given.c_str() + run.mode.size() + 1, nullptr, 10)
                                              : std::random_device()();
}

std::vector<Planted> chosen(std::vector<Planted> faults, const Settings& settings) {
    if (settings.filters.empty()) return faults;
    faults.erase(std::remove_if(faults.begin(), faults.end(),
                                [&](const Planted& p) { return !selects(settings, "", p.id, p.function, true); }),
                 faults.end());
    return faults;
}

}  // namespace

int self_test(const Settings& settings) {
    SelfTestRun run;
    read_mode(*settings.self_test, run);
    const bool pairs = run.mode == "pairs";
    std::vector<Planted> faults = chosen(read_planted(settings), settings);
    if (pairs) {
        const auto drawn = pairs_of(faults_in_proxy(faults), kPairs, run.seed);
        faults.clear();
        for (const auto& pair : drawn) faults.push_back(as_one(pair));
    }
    if (faults.empty()) throw std::runtime_error(pairs ? "no two planted faults match" : "no planted fault matches");
    const Run described = describe(settings);
    run.shard = settings.shard;
    run.candidate_sha256 = described.candidate_sha256;
    run.harness_sha256 = described.harness_sha256;
    run.faults_sha256 = sha256_of_file(on(settings, Planted()).candidate);
    for (const auto& planted : faults) run.faults.push_back(planted.id);
    const std::vector<Planted> listed = faults;
    if (settings.shard) faults = dealt_faults(faults, *settings.shard);
    if (faults.empty()) throw std::runtime_error("this shard has no fault: there are more shards than faults");
    const reports::HeldFolder held(settings.out);
    // Whatever ends this run leaves no report that is not its own.
    fs::remove(settings.out + "/self-test.json");
    catch_signals();
    if (!run.full())
        fmt::print("seed of what is drawn: {} (--self-test={}:{} draws the same)\n", run.seed, run.mode, run.seed);
    const double before = wall_seconds();
    Plans plans(settings);
    Outcomes outcomes(faults);
    if (run.full())
        try_every_case(settings, plans, outcomes);
    else if (pairs)
        try_pairs(settings, plans, outcomes);
    else
        try_to_first_catch(settings, plans, listed, outcomes, run);

    run.cases = plans.cases();
    run.met = outcomes.met();
    const auto finished = outcomes.results();
    const std::string summary = self_test_summary(faults, finished, run);
    fmt::print("\n{}", summary);
    write_self_test(faults, finished, run, summary, settings.out);
    const int code = judge_self_test(faults.size(), finished, run,
                                     fmt::format(" in {:.0f} s; reports in {}", wall_seconds() - before, settings.out));
    if (interrupted()) fmt::print("interrupted{}\n", run.full() ? "; the same command goes on from here" : "");
    return code;
}

}  // namespace simple::gate

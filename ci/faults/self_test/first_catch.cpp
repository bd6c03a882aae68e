#include "ci/faults/self_test/first_catch.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "ci/faults/self_test/call_table.h"
#include "ci/faults/self_test/joint_row.h"
#include "ci/faults/self_test/selection.h"
#include "ci/faults/self_test/trial_threads.h"
#include "ci/testkit/seconds.h"

namespace simple::gate {
namespace {

// Faults that are planted at a time where none is expected to be seen. Where one is, each has to be tried alone.
constexpr size_t kTogether = 8;
// A sample is drawn of so many, and the calls of cases are recorded for it.
constexpr size_t kWorthARecord = 20;

bool is_correct(const Planted& planted) { return planted.correct; }

class FirstCatch {
  public:
    FirstCatch(const Settings& settings, Plans& plans, Outcomes& outcomes, SelfTestRun& run)
        : plans_(plans), outcomes_(outcomes), run_(run), threads_(settings, plans), parts_(outcomes.size()) {
        for (size_t i = 0; i < outcomes.size(); ++i) place_[outcomes.fault(i).id] = i;
    }

    void run(const std::vector<Planted>& listed) {
        std::deque<TrialThreads::Task> tasks;
        draw_sample(listed);
        add_rows_of_variants(tasks);
        add_rows_to_record(tasks);
        for (size_t i = 0; i < outcomes_.size(); ++i)
            if (!is_correct(outcomes_.fault(i)) && !is_slowdown(outcomes_.fault(i)))
                tasks.push_back([this, i](Trials& trials) { meet_own_cases(trials, i); });
        threads_.run(std::move(tasks));
        tasks.clear();
        add_rows_of_survivors(tasks);
        add_rows_of_sample(tasks);
        threads_.run(std::move(tasks));
        for (size_t i = 0; i < outcomes_.size(); ++i)
            if (parts_[i].survives && !interrupted()) end(i);
    }

  private:
    // What is known of a fault so far.
    struct Part {
        std::vector<CaseResult> met;
        std::string tried, problem;
        double seconds = 0;
        size_t rows_left = 0;
        std::optional<Catch> survives;  // the cases of its function
    };

    void draw_sample(const std::vector<Planted>& listed) {
        const auto faults = faults_in_proxy(listed);
        if (faults.size() < kWorthARecord || (run_.shard && run_.shard->index != 1)) return;
        sample_ = sample_of(faults, run_.seed);
        for (const auto& planted : sample_) run_.sample.push_back(planted.id);
    }

    // Suite by suite, so that no row is as long as all of them; each of a group of variants has met a case once the
    // group has.
    void add_rows_of_variants(std::deque<TrialThreads::Task>& tasks) {
        std::vector<Planted> variants;
        for (size_t i = 0; i < outcomes_.size(); ++i)
            if (is_correct(outcomes_.fault(i))) variants.push_back(outcomes_.fault(i));
        for (const auto& planted : variants) add_steps_of(planted, place_.at(planted.id), tasks);
        for (const auto& group : together(variants, variants.size()))
            for (const auto& [suite, members] : by_suite(group)) {
                for (const auto& planted : members) ++parts_[place_.at(planted.id)].rows_left;
                if (members.front().library.empty()) recorded_.insert(row_of(members.front(), suite));
                tasks.push_back([this, suite = suite, members = members](Trials& trials) {
                    const auto what = fmt::format("every case{}", beside(members.size() - 1, "variants"));
                    meet_row(trials, members, suite, what, true);
                    for (const auto& planted : members) end_variant(place_.at(planted.id));
                });
            }
    }

    // A variant that the gate's own checks have to pass.
    void add_steps_of(const Planted& planted, size_t i, std::deque<TrialThreads::Task>& tasks) {
        for (const auto& name : planted.suites) {
            if (find_suite(name)) continue;
            ++parts_[i].rows_left;
            tasks.push_back([this, i, name](Trials& trials) {
                CatchResult ignored = tried(outcomes_.fault(i), "", [&](auto& met) {
                    met = trials.run_step(outcomes_.fault(i), name);
                    const std::lock_guard<std::mutex> lock(mutex_);
                    parts_[i].met.insert(parts_[i].met.end(), met.begin(), met.end());
                });
                {
                    const std::lock_guard<std::mutex> lock(mutex_);
                    parts_[i].seconds += ignored.seconds;
                    if (ignored.outcome == Catch::error) parts_[i].problem = ignored.message;
                }
                end_variant(i);
            });
        }
        if (planted.suites.empty()) tasks.push_back([this, i](Trials&) { end(i); });
    }

    // Rows of the sample's suites that no variant meets: with nothing planted.
    void add_rows_to_record(std::deque<TrialThreads::Task>& tasks) {
        for (const auto& planted : sample_)
            for (const auto& name : planted.suites) {
                if (!recorded_.insert(row_of(planted, name)).second) continue;
                Planted nothing;
                nothing.in_stub = planted.in_stub;
                tasks.push_back(or_problem([this, nothing, name](Trials& trials) {
                    const Suite& suite = *find_suite(name);
                    for (const auto& c : trials.run(nothing, suite, plans_.of(suite, nothing).cases, false)) {
                        record(row_of(nothing, name), c);
                        if (is_failure(c.status))
                            problem(fmt::format("{} fails with nothing planted: {}", c.name(), c.message));
                    }
                }));
            }
    }

    void meet_own_cases(Trials& trials, size_t i) {
        const Planted& planted = outcomes_.fault(i);
        // Steps are all that such a fault meets.
        const bool only_steps = std::none_of(planted.suites.begin(), planted.suites.end(), find_suite);
        const auto meet = [&](const char* what, bool apart) {
            return tried(
                planted, what,
                [&](auto& met) {
                    meet_cases_of_function(trials, plans_, planted, apart, met);
                    parts_[i].met = met;
                },
                only_steps);
        };
        CatchResult result = meet("the cases of its function", false);
        // What a fork might hide is looked for without one.
        if ((result.outcome == Catch::missed || result.outcome == Catch::elsewhere) && planted.library.empty() &&
            !only_steps && !interrupted()) {
            const double before = result.seconds;
            result = meet("the cases of its function, in processes of its own", true);
            result.seconds += before;
        }
        if (interrupted()) return;
        Part& part = parts_[i];
        part.seconds = result.seconds;
        part.tried = result.tried;
        const bool uncaught = result.outcome == Catch::missed || result.outcome == Catch::skipped;
        if (uncaught && !only_steps)
            part.survives = result.outcome;
        else
            outcomes_.end(i, std::move(result));
    }

    // What was skipped goes together, since no case is expected to see it; what was missed shows alone who sees it.
    void add_rows_of_survivors(std::deque<TrialThreads::Task>& tasks) {
        for (const Catch outcome : {Catch::missed, Catch::skipped}) {
            std::vector<Planted> survivors;
            for (size_t i = 0; i < outcomes_.size(); ++i) {
                if (parts_[i].survives != outcome) continue;
                survivors.push_back(outcomes_.fault(i));
            }
            for (const auto& [suite, members] : by_suite(survivors))
                for (const auto& group : together(members, outcome == Catch::missed ? 1 : kTogether))
                    tasks.push_back([this, suite = suite, group](Trials& trials) {
                        const auto what = fmt::format("then every case{}", beside(group.size() - 1, "survivors"));
                        meet_row(trials, group, suite, what, false);
                    });
        }
    }

    // By the record these cases call nothing that any of the group changes.
    void add_rows_of_sample(std::deque<TrialThreads::Task>& tasks) {
        for (const auto& [name, members] : by_suite(sample_))
            for (const auto& group : together(members, kTogether))
                tasks.push_back(or_problem([this, name = name, group](Trials& trials) {
                    const Planted one = as_one(group);
                    const Suite& suite = *find_suite(name);
                    const auto cases = row_for(one, row_of(one, name), plans_.of(suite, one), calls_).rest;
                    {
                        const std::lock_guard<std::mutex> lock(mutex_);
                        run_.sample_cases += cases.size() * group.size();
                    }
                    for (const auto& [id, results] : run_together(trials, group, suite, cases))
                        for (const auto& c : results)
                            if (is_failure(c.status))
                                problem(fmt::format("{} calls nothing that {} changes, by the record, and fails: {}",
                                                    c.name(), id, c.message));
                }));
    }

    TrialThreads::Task or_problem(TrialThreads::Task task) {
        return [this, task = std::move(task)](Trials& trials) {
            try {
                task(trials);
            } catch (const std::exception& e) {
                problem(e.what());
            }
        };
    }

    static std::string beside(size_t others, const char* what) {
        return others == 0 ? "" : fmt::format(", beside {} other {}", others, what);
    }

    void meet_row(Trials& trials, const std::vector<Planted>& group, const std::string& name, const std::string& what,
                  bool recording) {
        const double before = wall_seconds();
        std::map<std::string, std::vector<CaseResult>> met;
        std::string why;
        try {
            const Suite& suite = *find_suite(name);
            met = run_together(trials, group, suite, plans_.of(suite, group.front()).cases);
        } catch (const std::exception& e) {
            why = e.what();
        }
        const double each = (wall_seconds() - before) / static_cast<double>(group.size());
        const std::lock_guard<std::mutex> lock(mutex_);
        for (const auto& planted : group) {
            Part& part = parts_[place_.at(planted.id)];
            if (part.problem.empty()) part.problem = why;
            part.seconds += each;
            part.tried += (part.tried.empty() ? "" : ", ") + name + ": " + what;
            for (auto& c : met[planted.id]) {
                if (recording && group.front().library.empty()) calls_.add(row_of(planted, name), c);
                c.counts.clear();
                part.met.push_back(std::move(c));
            }
        }
    }

    void end_variant(size_t i) {
        {
            const std::lock_guard<std::mutex> lock(mutex_);
            if (--parts_[i].rows_left > 0 || interrupted()) return;
        }
        end(i);
    }

    void end(size_t i) {
        Part& part = parts_[i];
        CatchResult result = tried(outcomes_.fault(i), part.tried, [&](auto& met) {
            if (!part.problem.empty()) throw std::runtime_error(part.problem);
            met = std::move(part.met);
        });
        result.seconds = part.seconds;
        outcomes_.end(i, std::move(result));
    }

    void record(const std::string& row, const CaseResult& c) {
        const std::lock_guard<std::mutex> lock(mutex_);
        calls_.add(row, c);
    }

    void problem(std::string text) {
        const std::lock_guard<std::mutex> lock(mutex_);
        run_.problems.push_back(std::move(text));
    }

    Plans& plans_;
    Outcomes& outcomes_;
    SelfTestRun& run_;
    TrialThreads threads_;
    std::vector<Part> parts_;
    std::map<std::string, size_t> place_;  // by id
    std::vector<Planted> sample_;
    std::set<std::string> recorded_;
    CallTable calls_;
    std::mutex mutex_;
};

}  // namespace

void meet_cases_of_function(Trials& trials, Plans& plans, const Planted& planted, bool apart,
                            std::vector<CaseResult>& met) {
    for (const auto& name : planted.suites) {
        if (any_failed(met)) return;
        const Suite* suite = is_slowdown(planted) ? nullptr : find_suite(name);
        auto results =
            suite ? trials.run(planted, *suite, cases_for(planted, plans.of(*suite, planted), false), true, apart)
                  : trials.run_step(planted, name);
        for (auto& c : results) c.counts.clear();
        std::move(results.begin(), results.end(), std::back_inserter(met));
    }
}

void try_to_first_catch(const Settings& settings, Plans& plans, const std::vector<Planted>& listed, Outcomes& outcomes,
                        SelfTestRun& run) {
    FirstCatch(settings, plans, outcomes, run).run(listed);
    Trials alone(settings, plans);
    for (size_t i = 0; i < outcomes.size() && !interrupted(); ++i) {
        if (!is_slowdown(outcomes.fault(i))) continue;
        CatchResult result = tried(outcomes.fault(i), "alone on the machine", [&](auto& met) {
            meet_cases_of_function(alone, plans, outcomes.fault(i), false, met);
        });
        if (!interrupted()) outcomes.end(i, std::move(result));
    }
}

}  // namespace simple::gate

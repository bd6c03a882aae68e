// Asks of every case whether there is something that it notices: it must fail on each fault that fits its group,
// planted in its function, or, where none is made for its group, on some fault of its function or a trivial answer. A
// failure counts, and no crash. unnoticed.toml explains those that pass; a case that it does not name, and a reason
// that no case needs, is a fault.
//
// With --fault the cases, whatever their function, must each fail on one of those.
//
// usage: case_check --suite build/bin/property_suite --backend X.so --proxy libsimple_faults.so --each 'leak/*'
#include <toml++/toml.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "ci/faults/each/demands.h"
#include "ci/faults/each/proxied.h"
#include "impl/abi/library_path.h"
#include "reports/glob.h"

namespace simple {
namespace {

using gate::CaseResult;
using gate::PlannedCase;
using gate::Status;

struct Options {
    std::string suite, backend, second, proxy, preload, reasons;
    std::vector<std::string> each, faults, more;
    bool in_second = false;
    int jobs = 2;
};

Proxied proxied_in(const Options& options) {
    Proxied result;
    if (!options.preload.empty()) result.program.push_back("LD_PRELOAD=" + preloadable(options.preload));
    result.program.insert(result.program.end(), {"OMP_NUM_THREADS=1", options.suite, "--backend",
                                                 options.in_second ? options.backend : options.proxy});
    const std::string& second = options.in_second ? options.proxy : options.second;
    if (!second.empty()) result.program.insert(result.program.end(), {"--second", second});
    result.program.insert(result.program.end(), options.more.begin(), options.more.end());
    result.inner = options.in_second ? options.second : options.backend;
    return result;
}

struct Reason {
    std::string pattern, on, why;
    bool used = false, asked = false;
};

std::vector<Reason> read_reasons(const std::string& file) {
    std::vector<Reason> reasons;
    const toml::table table = toml::parse_file(file);
    if (const toml::array* rows = table["unnoticed"].as_array())
        for (const toml::node& row : *rows)
            for (const toml::node& pattern : *(*row.as_table())["cases"].as_array())
                reasons.push_back({*pattern.value<std::string>(), (*row.as_table())["on"].value_or(std::string("*")),
                                   *(*row.as_table())["why"].value<std::string>()});
    return reasons;
}

// What was found so far, by any thread.
class Found {
  public:
    void noticed(const std::string& id, const std::string& fault) {
        const std::lock_guard<std::mutex> lock(mutex_);
        noticed_.insert({id, fault});
    }
    void unnoticed(const std::string& id, const std::string& fault) {
        const std::lock_guard<std::mutex> lock(mutex_);
        unnoticed_.insert({id, fault});
    }
    void problem(const std::string& what) {
        const std::lock_guard<std::mutex> lock(mutex_);
        problems_.insert(what);
    }
    // The number of cases that nothing explains, of reasons that no case needs, and of problems.
    int report(std::vector<Reason> reasons) const {
        int bad = 0;
        for (const auto& [id, fault] : noticed_) std::printf("fails      %-60s %s\n", id.c_str(), fault.c_str());
        for (const auto& [id, fault] : unnoticed_) {
            bool explained = false;
            for (Reason& reason : reasons) {
                if (!glob_matches(reason.pattern.c_str(), id.c_str()) ||
                    !glob_matches(reason.on.c_str(), fault.c_str()))
                    continue;
                reason.used = explained = true;
                std::printf("unnoticed  %s passes on %s: %s\n", id.c_str(), fault.c_str(), reason.why.c_str());
                break;
            }
            if (explained) continue;
            std::printf("UNNOTICED  %s passes on %s, and nothing explains it\n", id.c_str(), fault.c_str());
            ++bad;
        }
        for (const Reason& reason : reasons) {
            const auto needless = [&](const auto& one) {
                return glob_matches(reason.pattern.c_str(), one.first.c_str()) &&
                       glob_matches(reason.on.c_str(), one.second.c_str());
            };
            if (reason.used || std::none_of(noticed_.begin(), noticed_.end(), needless)) continue;
            std::printf("UNNEEDED   %s on %s is explained, and no such case is unnoticed\n", reason.pattern.c_str(),
                        reason.on.c_str());
            ++bad;
        }
        for (const auto& what : problems_) std::printf("PROBLEM    %s\n", what.c_str()), ++bad;
        std::printf("%zu noticed, %zu not\n", noticed_.size(), unnoticed_.size());
        return noticed_.empty() ? bad + 1 : bad;
    }

  private:
    std::mutex mutex_;
    std::set<std::pair<std::string, std::string>> noticed_, unnoticed_;  // a case and a fault
    std::set<std::string> problems_;
};

// Asks one case list after another.
class Asker {
  public:
    Asker(const Options& options, const Proxied& proxied, Found& found)
        : options_(options), proxied_(proxied), served_(proxied.program, proxied.inner), found_(found) {}

    // Each of one function's cases on all that fits its group, or on some fault of its function.
    void each(const std::vector<PlannedCase>& cases) {
        if (!options_.faults.empty()) return on_some(options_.faults, cases);
        std::map<std::string, std::vector<PlannedCase>> fitting;
        std::vector<PlannedCase> others;
        for (const PlannedCase& c : cases) {
            const std::vector<std::string> faults = fitting_faults(c);
            for (const std::string& fault : faults) fitting[fault].push_back(c);
            if (faults.empty()) others.push_back(c);
        }
        for (const auto& [fault, those] : fitting)
            for (const PlannedCase& c : remaining(fault, those)) found_.unnoticed(c.id, fault);
        if (!others.empty()) on_some(faults_of(others.front(), options_.in_second), others);
    }

    // With nothing planted.
    void demand_pass(const std::vector<PlannedCase>& cases) {
        for (const CaseResult& one : run_planted(proxied_, served_, "", cases))
            if (one.status != Status::pass)
                found_.problem(one.id + " does not pass without a fault: " + std::string(to_string(one.status)) + " " +
                               one.message);
    }

  private:
    void on_some(const std::vector<std::string>& faults, std::vector<PlannedCase> due) {
        for (const std::string& fault : faults)
            if (!due.empty()) due = remaining(fault, std::move(due));
        for (const PlannedCase& c : due) found_.unnoticed(c.id, "every one");
    }

    // Those that do not fail.
    std::vector<PlannedCase> remaining(const std::string& fault, std::vector<PlannedCase> cases) {
        std::set<std::string> failed;
        for (const CaseResult& one : run_planted(proxied_, served_, fault, cases))
            if (one.status == Status::fail && failed.insert(one.id).second) found_.noticed(one.id, fault);
        cases.erase(
            std::remove_if(cases.begin(), cases.end(), [&](const PlannedCase& c) { return failed.count(c.id) != 0; }),
            cases.end());
        return cases;
    }

    const Options& options_;
    const Proxied& proxied_;
    gate::ServedProxy served_;
    Found& found_;
};

int check(const Options& options) {
    const Proxied proxied = proxied_in(options);
    std::map<std::string, std::vector<PlannedCase>> by_function;  // in one list where the faults are given
    std::vector<PlannedCase> all;
    for (PlannedCase& c : cases_of(proxied)) {
        // What needs devices is asked where they are.
        if (!selected_by(options.each, c.id) || c.needs.empty() != options.preload.empty()) continue;
        all.push_back(c);
        by_function[options.faults.empty() ? c.function : ""].push_back(std::move(c));
    }
    std::vector<const std::vector<PlannedCase>*> lists;
    for (const auto& [function, cases] : by_function) lists.push_back(&cases);
    Found found;
    std::atomic<size_t> next{0};
    const auto work = [&](bool first) {
        try {
            Asker asker(options, proxied, found);
            if (first) asker.demand_pass(all);
            for (size_t i; (i = next++) < lists.size();) asker.each(*lists[i]);
        } catch (const std::exception& error) {
            found.problem(error.what());
            next = lists.size();
        }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < options.jobs; ++i) workers.emplace_back(work, i == 0);
    for (auto& worker : workers) worker.join();
    return found.report(read_reasons(options.reasons)) ? 1 : 0;
}

}  // namespace
}  // namespace simple

int main(int argc, char** argv) {
    simple::Options options;
    CLI::App app("Shows that each case of a suite notices something.");
    app.option_defaults()->disable_flag_override();
    app.add_option("--suite", options.suite, "the suite's program")->required();
    app.add_option("--backend", options.backend, "the correct backend behind the proxy")->required();
    app.add_option("--second", options.second, "the suite's second backend");
    app.add_option("--proxy", options.proxy, "libsimple_faults.so, or libfault_forms.so")->required();
    app.add_option("--preload", options.preload, "a library that the suite is run with: one that simulates CUDA");
    app.add_flag("--in-second", options.in_second, "plant in the second backend");
    app.add_option("--each", options.each, "the cases")->delimiter(',')->allow_extra_args(false)->required();
    app.add_option("--fault", options.faults, "the faults on one of which each must fail")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--reasons", options.reasons, "unnoticed.toml")->required();
    app.add_option("--jobs", options.jobs, "suites that run at the same time")->capture_default_str();
    app.add_option("more", options.more, "arguments of the suite, after --");
    CLI11_PARSE(app, argc, argv);
    return simple::check(options);
}

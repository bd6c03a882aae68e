#include "ci/shards/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ci/engine/gate.h"
#include "ci/shards/alone.h"
#include "ci/shards/merge_steps.h"
#include "ci/steps/suite_time.h"
#include "ci/steps/suites.h"

namespace simple::gate {
namespace {

constexpr size_t kShownDigits = 12;  // of a digest

// Of the gate itself, not of a suite.
bool is_own_check(const CaseResult& c) { return !find_suite(c.suite) || c.id.rfind("latency/", 0) == 0; }

// What stands for the process, not for a case of the plan: "(left behind)".
bool is_extra(const CaseResult& c) { return c.id.front() == '('; }

bool contains(const std::vector<std::string>& list, const std::string& word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string some(const std::vector<std::string>& names) {
    constexpr size_t kShown = 3;
    const size_t shown = std::min(kShown, names.size());
    std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), ", "));
    return names.size() > shown ? text + fmt::format(" and {} more", names.size() - shown) : text;
}

bool loading_fails(const Verdict& verdict) {
    return std::any_of(verdict.cases.begin(), verdict.cases.end(), keeps_from_loading);
}

// Whether the shard says itself why it has no results of the suite.
bool explains(const Verdict& verdict, const std::string& suite) {
    if (verdict.run.interrupted || !verdict.run.shard->cannot_be_loaded.empty() || loading_fails(verdict)) return true;
    const std::string step = find_suite(suite) ? find_suite(suite)->step : "";
    for (const auto& s : verdict.steps)
        if (s.name == step && (!s.problems.empty() || s.status == StepStatus::not_built)) return true;
    return std::any_of(verdict.cases.begin(), verdict.cases.end(), [&](const CaseResult& c) {
        return c.suite == suite && c.id == "(list of cases)" && is_failure(c.status);
    });
}

void check_cases(const Verdict& verdict, const ShardPart& part, std::vector<std::string>& problems) {
    const auto complain = [&](const char* what, const std::vector<std::string>& names) {
        if (!names.empty())
            problems.push_back(fmt::format("shard {}/{} has {} {}", verdict.run.shard->index, verdict.run.shard->of,
                                           what, some(names)));
    };
    std::map<std::string, size_t> found;
    for (const auto& c : verdict.cases) ++found[c.name()];
    std::vector<std::string> missing, twice, foreign;
    std::set<std::string> dealt;
    for (const auto& [suite, ids] : part.cases)
        for (const auto& id : ids) {
            const std::string name = suite + "/" + id;
            dealt.insert(name);
            if (found.count(name) == 0 && !explains(verdict, suite)) missing.push_back(name);
        }
    for (const auto& [name, count] : found)
        if (count > 1) twice.push_back(name);
    for (const auto& c : verdict.cases)
        if (!is_extra(c) && dealt.count(c.name()) == 0 && !(is_own_check(c) && contains(part.own_checks, c.step)))
            foreign.push_back(c.name());
    complain("no result of", missing);
    complain("two results of", twice);
    complain("results of what is not dealt to it:", foreign);
    if (verdict.steps.size() != steps().size())
        complain("other steps than a run has:", {std::to_string(verdict.steps.size())});
    for (const auto& step : verdict.steps) {
        const bool ran = step.status == StepStatus::pass || step.status == StepStatus::fail ||
                         step.status == StepStatus::inconclusive;
        // Those of the library, and of the suite --spec and --examples, give results whatever cases are selected.
        const bool filtered = verdict.run.selection && step.name != "library" && step.name != "suite";
        const auto of_step = [&](const CaseResult& c) { return c.step == step.name && is_own_check(c); };
        if (contains(part.own_checks, step.name) && ran && !filtered &&
            std::none_of(verdict.cases.begin(), verdict.cases.end(), of_step))
            complain("no result of", {"the gate's own checks of the step " + step.name});
    }
}

Run run_of(const ReadShards& read) {
    Run run = read.shards.front().verdict.run;
    run.shard.reset();
    run.candidate = read.plan.candidate;
    run.selection = read.plan.selection;
    std::set<std::string> hosts, machines;
    for (const auto& [folder, verdict] : read.shards) {
        const Run& one = verdict.run;
        run.started = std::min(run.started, one.started);
        run.seconds = std::max(run.seconds, one.seconds);
        run.cores = std::max(run.cores, one.cores);
        run.interrupted = run.interrupted || one.interrupted;
        for (const auto& arithmetic : one.arithmetic)
            if (std::find(run.arithmetic.begin(), run.arithmetic.end(), arithmetic) == run.arithmetic.end())
                run.arithmetic.push_back(arithmetic);
        hosts.insert(one.host);
        machines.insert(one.machine);
    }
    run.host = fmt::format("{}", fmt::join(hosts, ", "));
    run.machine = fmt::format("{}", fmt::join(machines, "; "));
    return run;
}

// A runtime is the same file whichever library it loads: what has the functions must be the same, too.
void demand_one_library(const ReadShards& read, std::vector<std::string>& problems) {
    std::map<std::string, std::string> files;  // by their digest
    for (const auto& [folder, verdict] : read.shards) {
        const Run& run = verdict.run;
        const bool ran = std::any_of(verdict.cases.begin(), verdict.cases.end(),
                                     [](const CaseResult& c) { return !is_own_check(c) && c.status == Status::pass; });
        if (!run.functions_sha256.empty())
            files.emplace(run.functions_sha256,
                          fmt::format("{} ({}) in shard {}", fmt::join(run.functions_files, ", "),
                                      run.functions_sha256.substr(0, kShownDigits), run.shard->index));
        else if (ran)
            problems.push_back(fmt::format(
                "shard {}/{} does not say which file has the functions{}", run.shard->index, run.shard->of,
                run.functions_files.empty()
                    ? ""
                    : fmt::format(": it had {}, which could not be read", fmt::join(run.functions_files, ", "))));
    }
    std::vector<std::string> names;
    for (const auto& [digest, name] : files) names.push_back(name);
    if (names.size() > 1)
        problems.push_back(fmt::format("the functions are of other files in other shards: {}", fmt::join(names, "; ")));
}

// Another LibTorch on one of the machines would be another candidate, and the options are the plan's.
void demand_one_version(const ReadShards& read, std::vector<std::string>& problems) {
    std::set<std::string> versions, options;
    for (const auto& [folder, verdict] : read.shards) {
        options.insert(fmt::format("--seed {} --device {}{}", verdict.run.seed, verdict.run.device,
                                   verdict.run.partial ? " --partial" : ""));
        if (!verdict.run.version.empty() || !verdict.run.backend.empty())
            versions.insert(fmt::format("{} {}", verdict.run.backend, verdict.run.version));
    }
    if (versions.size() > 1)
        problems.push_back(
            fmt::format("the candidate says of itself other things in other shards: {}", fmt::join(versions, "; ")));
    if (options.size() > 1)
        problems.push_back(fmt::format("the shards ran with other options each: {}", fmt::join(options, "; ")));
}

// As a whole run orders them.
std::vector<CaseResult> all_cases(const ReadShards& read) {
    std::vector<CaseResult> all;
    std::map<std::string, size_t> extras;
    for (const auto& [folder, verdict] : read.shards)
        for (const auto& c : verdict.cases) {
            // Told once of a suite, however many processes it is true of.
            if (is_extra(c) && !extras.emplace(c.name(), all.size()).second) continue;
            all.push_back(c);
        }
    const auto rank = [](const CaseResult& c) {
        size_t step = 0, suite = 0;
        while (step < steps().size() && steps()[step].name != c.step) ++step;
        while (suite < suites().size() && suites()[suite].name != c.suite) ++suite;
        return std::make_tuple(step, is_own_check(c) ? size_t{0} : suite + 1, is_own_check(c) ? "" : c.id);
    };
    std::stable_sort(all.begin(), all.end(),
                     [&](const CaseResult& a, const CaseResult& b) { return rank(a) < rank(b); });
    return all;
}

void judge_times(const ReadShards& read, Verdict& verdict) {
    for (const auto& name : read.plan.timed) {
        const Suite& suite = *find_suite(name);
        std::vector<SuitePasses> parts;
        for (const auto& [folder, shard] : read.shards)
            for (const auto& part : shard.run.shard->times)
                if (part.suite == name) parts.push_back(part);
        const bool failed = std::any_of(verdict.cases.begin(), verdict.cases.end(),
                                        [&](const CaseResult& c) { return c.suite == name && is_failure(c.status); });
        if (failed || verdict.run.interrupted || parts.empty()) continue;
        std::string note;
        CaseResult result = judge_suite_parts(name, suite.recorded, parts, note);
        result.step = suite.step;
        result.file = "ci/steps";
        if (is_failure(result.status)) result.repro = fmt::format("ci/gate --no-build --step {}", suite.step);
        for (auto& step : verdict.steps)
            if (step.name == suite.step) step.notes.push_back(note);
        verdict.cases.push_back(std::move(result));
    }
}

}  // namespace

Verdict merge(const ReadShards& read) {
    Verdict verdict;
    verdict.run = run_of(read);
    demand_one_version(read, verdict.problems);
    demand_one_library(read, verdict.problems);
    const bool nowhere = std::any_of(read.shards.begin(), read.shards.end(),
                                     [](const ShardVerdict& s) { return loading_fails(s.verdict); });
    for (size_t i = 0; i < read.shards.size(); ++i) {
        const Verdict& shard = read.shards[i].verdict;
        const std::string name = fmt::format("shard {}/{}", i + 1, read.shards.size());
        check_cases(shard, read.plan.shards[i], verdict.problems);
        for (const auto& problem : shard.problems) verdict.problems.push_back(name + ": " + problem);
        if (!shard.run.shard->cannot_be_loaded.empty() && !nowhere)
            verdict.problems.push_back(fmt::format("{} on {} cannot load the candidate, and others can: {}", name,
                                                   shard.run.host, shard.run.shard->cannot_be_loaded));
        if (shard.run.interrupted) verdict.problems.push_back(name + " was interrupted");
        verdict.measurements.insert(verdict.measurements.end(), shard.measurements.begin(), shard.measurements.end());
        if (verdict.sets.empty()) {
            verdict.sets = shard.sets;
            verdict.extra_symbols = shard.extra_symbols;
        }
        if (verdict.run.functions_sha256.empty()) {
            verdict.run.functions_files = shard.run.functions_files;
            verdict.run.functions_sha256 = shard.run.functions_sha256;
        }
        if (verdict.run.version.empty()) {
            verdict.run.backend = shard.run.backend;
            verdict.run.version = shard.run.version;
        }
    }
    verdict.cases = all_cases(read);
    verdict.steps = merge_steps(read, verdict.cases);
    judge_times(read, verdict);
    judge_alone(read, verdict);
    return verdict;
}

}  // namespace simple::gate

#include "reports/changes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <tuple>
#include <utility>

namespace simple::gate {
namespace {

constexpr double kConfidence = 0.99;

bool failed(Status status) { return is_failure(status) || status == Status::known; }

// The error that a case's calls of its function ended with, where that is known and one; a success is none. Of calls
// that were not seen "code 3, want 2, ..." tells it.
std::optional<int> code_of(const CaseResult& c) {
    constexpr std::string_view kCode = "code ";
    std::set<int> codes;
    for (const Calls& calls : c.calls)
        for (const auto& [code, count] : calls.codes) codes.insert(code);
    if (codes.size() == 1 && *codes.begin() > 0) return *codes.begin();
    if (!failed(c.status)) return std::nullopt;
    for (size_t at = 0; (at = c.message.find(kCode, at)) != std::string::npos; at += kCode.size()) {
        const bool begins_word = at == 0 || std::isalnum(static_cast<unsigned char>(c.message[at - 1])) == 0;
        const std::string_view digits = std::string_view(c.message).substr(at + kCode.size(), 4);
        int code = 0;
        size_t n = 0;
        for (; n < digits.size() && std::isdigit(static_cast<unsigned char>(digits[n])) != 0; ++n)
            code = 10 * code + (digits[n] - '0');
        if (begins_word && n > 0 && n < 4) return code;
    }
    return std::nullopt;
}

// Before verdict 1.6 GoogleTest's own first line, which says nothing, may stand before it: "Failed".
std::string finding_of(const CaseResult& c) {
    constexpr std::string_view kFailed = "Failed\n";
    if (!failed(c.status)) return "";
    const size_t begin = c.message.rfind(kFailed, 0) == 0 ? kFailed.size() : 0;
    return c.message.substr(begin, c.message.find('\n', begin) - begin);
}

ChangedCase changed(const CaseResult* before, const CaseResult* after) {
    const CaseResult& told = after ? *after : *before;
    ChangedCase c;
    c.name = told.name();
    c.function = told.function;
    if (before) {
        c.before = before->status;
        c.code_before = code_of(*before);
        c.finding_before = finding_of(*before);
    }
    if (after) {
        c.after = after->status;
        c.code_after = code_of(*after);
        c.finding_after = finding_of(*after);
    }
    c.message = told.message;
    c.repro = told.repro;
    return c;
}

void add_counts(const CaseResult& before, const CaseResult& after, std::vector<ChangedCount>& all) {
    std::map<std::string, std::pair<std::optional<int64_t>, std::optional<int64_t>>> counts;
    for (const auto& [name, n] : before.counts) counts[name].first = n;
    for (const auto& [name, n] : after.counts) counts[name].second = n;
    for (const auto& [name, n] : counts)
        if (n.first != n.second) all.push_back({after.name(), name, n.first, n.second});
}

void add_case(const CaseResult* before, const CaseResult* after, bool distances, Changes& changes) {
    const bool fails = after && failed(after->status);
    if (fails && !(before && failed(before->status)))
        changes.new_failures.push_back(changed(before, after));
    else if (!before)
        changes.added.push_back(changed(before, after));
    else if (!after)
        changes.lost.push_back(changed(before, after));
    else if (failed(before->status) && after->status == Status::pass)
        changes.fixed.push_back(changed(before, after));
    else if (before->status != after->status)
        changes.other_status.push_back(changed(before, after));
    else {
        ++changes.same;
        ChangedCase c = changed(before, after);
        if (failed(before->status) && (c.code_before != c.code_after || c.finding_before != c.finding_after))
            changes.other_error.push_back(std::move(c));
        if (distances && before->distance_per_mille != after->distance_per_mille)
            changes.drifts.push_back({after->name(), before->distance_per_mille, after->distance_per_mille});
    }
    if (before && after) add_counts(*before, *after, changes.counts);
}

using CasesByName = std::map<std::string, const CaseResult*>;
CasesByName by_name(const Verdict& verdict) {
    CasesByName cases;
    for (const auto& c : verdict.cases) cases.emplace(c.name(), &c);
    return cases;
}

void compare_cases(const Verdict& before, const Verdict& after, Changes& changes) {
    const CasesByName earlier = by_name(before), later = by_name(after);
    const bool distances = before.tells_distances && after.tells_distances;
    for (const auto& [name, c] : later) {
        const auto old = earlier.find(name);
        add_case(old == earlier.end() ? nullptr : old->second, c, distances, changes);
    }
    for (const auto& [name, c] : earlier)
        if (later.count(name) == 0) add_case(c, nullptr, distances, changes);
}

// What came nearest to its limit first.
void sort_drifts(std::vector<ChangedDistance>& drifts) {
    const auto nearest = [](const ChangedDistance& d) { return std::max(d.before, d.after); };
    std::stable_sort(drifts.begin(), drifts.end(),
                     [&](const ChangedDistance& a, const ChangedDistance& b) { return nearest(a) > nearest(b); });
}

bool is_broken(StepStatus status) {
    return status == StepStatus::fail || status == StepStatus::error || status == StepStatus::not_built ||
           status == StepStatus::interrupted || status == StepStatus::not_run;
}

void compare_steps(const Verdict& before, const Verdict& after, Changes& changes) {
    for (const auto& step : after.steps) {
        const auto old = std::find_if(before.steps.begin(), before.steps.end(),
                                      [&](const StepResult& other) { return other.name == step.name; });
        if (old == before.steps.end()) continue;
        if (is_broken(step.status) && !is_broken(old->status))
            changes.broken_steps.push_back({step.name, old->status, step.status});
        if (old->seconds > 0 || step.seconds > 0) changes.steps.push_back({step.name, old->seconds, step.seconds});
    }
    std::map<std::string, TimedPart> suites;
    for (const auto& c : before.cases) suites[c.suite].before += c.seconds;
    for (const auto& c : after.cases) suites[c.suite].after += c.seconds;
    for (auto& [name, part] : suites) {
        part.name = name;
        changes.suites.push_back(part);
    }
}

MeasuredSide side_of(const Measurement& m) {
    MeasuredSide side{statistics::median(m.samples), std::nullopt, m.samples.size()};
    try {
        side.interval = statistics::median_interval(m.samples, kConfidence);
    } catch (const std::invalid_argument&) {  // of too few samples there is none
    }
    return side;
}

double distance(const MeasuredPair& pair) {
    return pair.ratio && *pair.ratio > 0 ? std::abs(std::log(*pair.ratio)) : HUGE_VAL;
}

void compare_measurements(const Verdict& before, const Verdict& after, Changes& changes) {
    std::map<std::tuple<std::string, std::string, std::string, int>, const Measurement*> earlier;
    for (const auto& m : before.measurements)
        if (!m.samples.empty()) earlier[{m.name, m.side, m.unit, m.threads}] = &m;
    for (const auto& m : after.measurements) {
        const auto old = earlier.find({m.name, m.side, m.unit, m.threads});
        if (old == earlier.end() || m.samples.empty()) continue;
        MeasuredPair pair{m.name, m.side, m.unit, side_of(*old->second), side_of(m), std::nullopt, false};
        if (pair.before.median != 0) pair.ratio = pair.after.median / pair.before.median;
        const auto &a = pair.before.interval, &b = pair.after.interval;
        pair.moved = a && b && (a->high < b->low || b->high < a->low);
        changes.measurements.push_back(std::move(pair));
    }
    std::stable_sort(changes.measurements.begin(), changes.measurements.end(),
                     [](const MeasuredPair& a, const MeasuredPair& b) {
                         return a.moved != b.moved ? a.moved : distance(a) > distance(b);
                     });
}

void compare_facts(const Run& before, const Run& after, Changes& changes) {
    const auto fact = [&](const char* name, const std::string& a, const std::string& b) {
        if (a != b) changes.facts.push_back({name, a, b});
    };
    const auto yes = [](bool value) { return std::string(value ? "yes" : "no"); };
    fact("candidate", before.candidate, after.candidate);
    fact("candidate's SHA-256", before.candidate_sha256, after.candidate_sha256);
    // Of a library they are the candidate's own.
    const auto elsewhere = [](const Run& run, const std::string& text) {
        return run.functions_sha256 == run.candidate_sha256 ? std::string() : text;
    };
    const auto files = [](const Run& run) { return fmt::format("{}", fmt::join(run.functions_files, ", ")); };
    // An earlier format does not say.
    if (!before.functions_sha256.empty() && !after.functions_sha256.empty()) {
        fact("where its functions are", elsewhere(before, files(before)), elsewhere(after, files(after)));
        fact("their SHA-256", elsewhere(before, before.functions_sha256), elsewhere(after, after.functions_sha256));
    }
    fact("backend", before.backend, after.backend);
    fact("version", before.version, after.version);
    fact("harness's SHA-256", before.harness_sha256, after.harness_sha256);
    fact("plan's SHA-256", before.plan_sha256, after.plan_sha256);
    fact("seed", std::to_string(before.seed), std::to_string(after.seed));
    fact("device", before.device, after.device);
    fact("machine", before.machine, after.machine);
    fact("cores", std::to_string(before.cores), std::to_string(after.cores));
    const auto of_arithmetic = [&](const char* name, auto member) {
        // An earlier format did not say.
        if (!before.arithmetic.empty() && !after.arithmetic.empty())
            fact(name, joined(before.arithmetic, member), joined(after.arithmetic, member));
    };
    of_arithmetic("CPU capability", &Arithmetic::capability);
    of_arithmetic("threads", &Arithmetic::threads);
    of_arithmetic("BLAS", &Arithmetic::blas);
    of_arithmetic("BLAS's core type", &Arithmetic::blas_core);
    of_arithmetic("BLAS's threads", &Arithmetic::blas_threads);
    fact("a selection of the cases", yes(before.selection), yes(after.selection));
    fact("partial", yes(before.partial), yes(after.partial));
}

ComparedRun run_of(const Verdict& verdict, const std::string& file) {
    ComparedRun run{file, verdict.run.candidate, verdict.run.started, verdict.outcome, verdict.cases.size(), 0};
    for (const auto& c : verdict.cases) run.failed += failed(c.status);
    return run;
}

}  // namespace

Changes changes(const Verdict& before, const std::string& before_file, const Verdict& after,
                const std::string& after_file) {
    Changes changes;
    changes.before = run_of(before, before_file);
    changes.after = run_of(after, after_file);
    compare_facts(before.run, after.run, changes);
    compare_cases(before, after, changes);
    sort_drifts(changes.drifts);
    compare_steps(before, after, changes);
    compare_measurements(before, after, changes);
    return changes;
}

std::string_view status_text(const std::optional<Status>& status) { return status ? to_string(*status) : "not there"; }

std::string summary(const Changes& changes) {
    std::vector<std::string> parts;
    const auto part = [&](size_t n, const char* one, const char* many) {
        if (n > 0) parts.push_back(fmt::format("{} {}", n, n == 1 ? one : many));
    };
    if (changes.new_failures.empty()) parts.emplace_back("no new failure");
    part(changes.new_failures.size(), "new failure", "new failures");
    part(changes.broken_steps.size(), "step newly broken", "steps newly broken");
    part(changes.fixed.size(), "fixed", "fixed");
    part(changes.other_status.size(), "other change of status", "other changes of status");
    part(changes.other_error.size(), "with another error", "with another error");
    part(changes.drifts.size(), "drifted within its limit", "drifted within their limits");
    part(changes.lost.size(), "case lost", "cases lost");
    part(changes.added.size(), "case added", "cases added");
    size_t moved = 0;
    for (const auto& pair : changes.measurements) moved += pair.moved;
    part(moved, "measurement moved", "measurements moved");
    return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace simple::gate

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "reports/groups.h"
#include "reports/promises.h"
#include "reports/reports.h"
#include "reports/scorecard.h"

namespace simple::reports {
namespace {

using gate::CaseResult;
using gate::Status;

std::string fenced(const std::string& text) {
    std::string fence = "```";
    while (text.find(fence) != std::string::npos) fence += '`';
    return fmt::format("{}\n{}{}{}\n", fence, text, text.empty() || text.back() == '\n' ? "" : "\n", fence);
}

std::string table_of_suites(const std::vector<CaseResult>& cases) {
    constexpr Status kColumns[] = {Status::pass,    Status::fail,        Status::error,  Status::crash,
                                   Status::timeout, Status::skipped,     Status::waived, Status::unexpected_pass,
                                   Status::known,   Status::inconclusive};
    std::map<std::string, std::map<Status, size_t>> suites;
    for (const auto& c : cases) ++suites[c.suite][c.status];
    std::string text = "| suite |";
    std::string rule = "| --- |";
    for (const Status status : kColumns) {
        text += fmt::format(" {} |", to_string(status));
        rule += " ---: |";
    }
    text += "\n" + rule + "\n";
    for (auto& [name, counts] : suites) {
        text += fmt::format("| {} |", name);
        for (const Status status : kColumns) text += fmt::format(" {} |", counts[status]);
        text += "\n";
    }
    return text;
}

// What cases counted: a table for each kind of case, the part of the id before its slash. A cell is empty where a case
// has nothing of the kind to count.
std::string tables_of_counts(const std::vector<CaseResult>& cases) {
    std::map<std::string, std::vector<const CaseResult*>> kinds;
    for (const auto& c : cases)
        if (!c.counts.empty()) kinds[c.suite + "/" + c.id.substr(0, c.id.find('/'))].push_back(&c);
    std::string text;
    for (auto& [kind, rows] : kinds) {
        std::sort(rows.begin(), rows.end(), [](const CaseResult* a, const CaseResult* b) { return a->id < b->id; });
        std::map<std::string, int64_t> totals;
        for (const CaseResult* c : rows)
            for (const auto& [name, count] : c->counts) totals[name] += count;
        std::string rule = "| --- |";
        text += fmt::format("\n### {}\n\n| case |", kind);
        for (const auto& [name, total] : totals) {
            text += fmt::format(" {} |", name);
            rule += " ---: |";
        }
        text += "\n" + rule + "\n";
        for (const CaseResult* c : rows) {
            text += fmt::format("| {} |", c->id.substr(std::min(c->id.size(), c->id.find('/') + 1)));
            for (const auto& [name, total] : totals) {
                const auto found = c->counts.find(name);
                text += found == c->counts.end() ? " |" : fmt::format(" {} |", found->second);
            }
            text += "\n";
        }
        text += "| **all** |";
        for (const auto& [name, total] : totals) text += fmt::format(" {} |", total);
        text += "\n";
    }
    return text.empty() ? text : "\n## What was counted\n" + text;
}

std::string text_of(const gate::Comparison& comparison) {
    std::string text = fmt::format("\n## Against `{}`\n\n", comparison.against);
    if (comparison.only_new) text += "Only what is newly failing fails the gate.\n\n";
    const std::pair<const char*, const std::vector<std::string>*> all[] = {{"newly failing", &comparison.newly_failing},
                                                                           {"newly passing", &comparison.newly_passing},
                                                                           {"gone", &comparison.gone},
                                                                           {"added", &comparison.added}};
    for (const auto& [title, names] : all) {
        text += fmt::format("* {}: {}\n", title, names->size());
        for (const auto& name : *names) text += fmt::format("  * {}\n", name);
    }
    return text;
}

}  // namespace

std::string to_markdown(const gate::Verdict& verdict) {
    const auto& run = verdict.run;
    std::string text = fmt::format("# Verdict: {}\n\n", to_string(verdict.outcome));
    if (run.shard)
        text = fmt::format("# Shard {} of {}: {}\n\nWhat it says of the candidate is said by `ci/gate merge`.\n\n",
                           run.shard->index, run.shard->of, to_string(verdict.outcome));
    text += fmt::format("* candidate `{}`{}\n", run.candidate,
                        run.version.empty() ? "" : fmt::format(", {} {}", run.backend, run.version));
    text += fmt::format("* {}, {:.1f} s, seed {}, {}\n* `{}`\n", run.started, run.seconds, run.seed, run.machine,
                        run.command);
    if (verdict.outcome == gate::Outcome::running) text += "* **the run has not ended, or was killed**\n";
    if (run.interrupted) text += "* **interrupted**\n";
    if (run.selection) text += "* only a selection of the cases was asked for\n";
    for (const auto& problem : verdict.problems) text += fmt::format("* **{}**\n", problem);

    text += "\n## Steps\n\n| step | status | seconds |\n| --- | --- | ---: |\n";
    for (const auto& step : verdict.steps)
        text += fmt::format("| {} | {} | {:.1f} |\n", step.name, to_string(step.status), step.seconds);
    for (const auto& step : verdict.steps) {
        if (step.notes.empty() && step.problems.empty()) continue;
        text += fmt::format("\n**{}**\n\n", step.name);
        for (const auto& problem : step.problems) text += fmt::format("* problem: {}\n", problem);
        for (const auto& note : step.notes) text += fmt::format("* {}\n", note);
    }
    text += "\n## Cases\n\n" + table_of_suites(verdict.cases);
    if (!verdict.scorecard.empty())
        text += "\n## Scorecard\n\n| category | functions | cases passed |\n| --- | ---: | ---: |\n";
    for (const auto& score : verdict.scorecard)
        text += fmt::format("| {} | {} of {} | {} of {} |\n", score.name, score.present, score.functions, score.passed,
                            score.cases);
    if (const std::string next = gate::next_functions(verdict); !verdict.scorecard.empty() && !next.empty())
        text += "\n" + next + "\n";
    if (verdict.comparison) text += text_of(*verdict.comparison);
    if (!verdict.waivers.empty()) text += "\n## Waivers\n\n";
    for (const auto& waiver : verdict.waivers)
        text += fmt::format("* `{}`: {} ({})\n", waiver.scope, waiver.state, waiver.reason);
    if (!verdict.unnamed_promises.empty())
        text +=
            fmt::format("\nPromises that no case of this build names: {}\n", fmt::join(verdict.unnamed_promises, ", "));

    if (std::any_of(verdict.cases.begin(), verdict.cases.end(), [](const auto& c) { return is_failure(c.status); }))
        text += "\n## Not passed\n";
    for (const auto& group : gate::groups_of_failures(verdict.cases)) {
        const CaseResult& c = *group.front();
        text += fmt::format("\n### {}: {}{}\n\n{}", to_string(c.status), c.name(),
                            group.size() == 1 ? "" : fmt::format(" and {} alike", group.size() - 1), fenced(c.message));
        for (const auto& id : c.promises) text += fmt::format("* {}: {}\n", id, gate::promise_text(id));
        if (!c.repro.empty()) text += fmt::format("* again: `{}`\n", c.repro);
        for (size_t i = 1; i < group.size(); ++i)
            text += fmt::format("* {}{}\n", group[i]->name(),
                                group[i]->repro.empty() ? "" : fmt::format(": `{}`", group[i]->repro));
    }
    text += tables_of_counts(verdict.cases);
    return text;
}

}  // namespace simple::reports

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "reports/changes.h"
#include "reports/visible_text.h"

namespace simple::reports {
namespace {

using gate::ChangedCase;
using gate::Changes;

// In a table or a list, as it is: a code span that no backtick in the text ends, and no bar that ends a cell.
std::string code(const std::string& text) {
    std::string line = visible_line(text), escaped;
    for (const char c : line) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
    std::string ticks = "`";
    while (escaped.find(ticks) != std::string::npos) ticks += '`';
    const bool apart = !escaped.empty() && (escaped.front() == '`' || escaped.back() == '`');
    return ticks + (apart ? " " : "") + escaped + (apart ? " " : "") + ticks;
}

std::string fenced(const std::string& text) {
    std::string fence = "```";
    while (text.find(fence) != std::string::npos) fence += '`';
    return fmt::format("{}\n{}\n{}\n", fence, text, fence);
}

void messages(std::string& out, const char* title, const std::vector<ChangedCase>& all) {
    if (all.empty()) return;
    out += fmt::format("\n## {}: {}\n", title, all.size());
    for (const auto& c : all) {
        out += fmt::format("\n### {}: {} → {}\n\n", code(c.name), status_text(c.before), status_text(c.after));
        if (!c.finding_before.empty()) out += fmt::format("was: {}\n\n", code(c.finding_before));
        if (!c.message.empty()) out += fenced(visible_text(c.message));
        if (!c.repro.empty()) out += fmt::format("\nagain: {}\n", code(c.repro));
    }
}

void list(std::string& out, const char* title, const std::vector<ChangedCase>& all) {
    if (all.empty()) return;
    out += fmt::format("\n## {}: {}\n\n", title, all.size());
    for (const auto& c : all)
        out += fmt::format("* {}: {} → {}\n", code(c.name), status_text(c.before), status_text(c.after));
}

void measurement_table(std::string& out, const Changes& changes) {
    if (changes.measurements.empty()) return;
    out += "\n## Measurements whose intervals do not overlap\n\n";
    std::string rows;
    for (const auto& pair : changes.measurements)
        if (pair.moved)
            rows += fmt::format("| {} | {} | {} | {:.6g} | {:.6g} | {} |\n", code(pair.name), pair.side, pair.unit,
                                pair.before.median, pair.after.median,
                                pair.ratio ? fmt::format("{:.3f}", *pair.ratio) : "");
    out += rows.empty()
               ? fmt::format("None of {}.\n", changes.measurements.size())
               : "| call | side | unit | before | after | ratio |\n| --- | --- | --- | ---: | ---: | ---: |\n" + rows;
}

}  // namespace

std::string to_markdown(const Changes& changes) {
    std::string out = fmt::format(
        "# {}\n\n| | verdict | outcome | cases | not passed |\n| --- | --- | --- | ---: | ---: |\n", summary(changes));
    for (const auto& [letter, run] : {std::pair("A", &changes.before), std::pair("B", &changes.after)})
        out += fmt::format("| {} | {} | {} | {} | {} |\n", letter, code(run->file), to_string(run->outcome), run->cases,
                           run->failed);
    if (!changes.facts.empty()) out += "\n| differs | A | B |\n| --- | --- | --- |\n";
    for (const auto& fact : changes.facts)
        out += fmt::format("| {} | {} | {} |\n", fact.name, code(fact.before), code(fact.after));
    if (!changes.broken_steps.empty()) out += "\n## Steps newly broken\n\n";
    for (const auto& step : changes.broken_steps)
        out += fmt::format("* {}: {} → {}\n", code(step.name), to_string(step.before), to_string(step.after));
    messages(out, "New failures", changes.new_failures);
    list(out, "Fixed", changes.fixed);
    list(out, "Other changes of status", changes.other_status);
    messages(out, "Failed both times, with another error", changes.other_error);
    list(out, "Lost", changes.lost);
    list(out, "Added", changes.added);
    if (!changes.drifts.empty())
        out +=
            "\n## At another distance from what is recorded\n\nThousandths of what is allowed.\n\n| case | A | B |\n"
            "| --- | ---: | ---: |\n";
    for (const auto& drift : changes.drifts)
        out += fmt::format("| {} | {} | {} |\n", code(drift.name), drift.before, drift.after);
    if (!changes.counts.empty())
        out += "\n## Counted otherwise\n\n| case | count | A | B |\n| --- | --- | ---: | ---: |\n";
    for (const auto& count : changes.counts)
        out += fmt::format("| {} | {} | {} | {} |\n", code(count.name), code(count.what),
                           count.before ? std::to_string(*count.before) : "",
                           count.after ? std::to_string(*count.after) : "");
    measurement_table(out, changes);
    if (!changes.steps.empty()) out += "\n## Seconds\n\n| step | A | B |\n| --- | ---: | ---: |\n";
    for (const auto& step : changes.steps)
        out += fmt::format("| {} | {:.1f} | {:.1f} |\n", code(step.name), step.before, step.after);
    return out;
}

}  // namespace simple::reports

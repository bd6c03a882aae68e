#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/changes.h"
#include "reports/visible_text.h"

namespace simple::reports {
namespace {

using gate::ChangedCase;
using gate::Changes;
using gate::MeasuredSide;

constexpr size_t kShown = 20;

std::string codes(const ChangedCase& c) {
    if (c.code_before == c.code_after) return "";
    const auto text = [](const std::optional<int>& code) { return code ? std::to_string(*code) : std::string("none"); };
    return fmt::format(", code {} → {}", text(c.code_before), text(c.code_after));
}

void rest(std::string& out, size_t all) {
    if (all > kShown) out += fmt::format("  … and {} more, with --format json\n", all - kShown);
}

void cases(std::string& out, const char* title, const std::vector<ChangedCase>& all, bool with_message) {
    if (all.empty()) return;
    out += fmt::format("\n{}: {}\n", title, all.size());
    for (size_t i = 0; i < std::min(kShown, all.size()); ++i) {
        const ChangedCase& c = all[i];
        out += fmt::format("  {}  {} → {}{}\n", visible_line(c.name), status_text(c.before), status_text(c.after),
                           codes(c));
        if (!with_message) continue;
        if (!c.finding_before.empty()) out += fmt::format("      was: {}\n", visible_line(c.finding_before));
        if (!c.finding_after.empty()) out += fmt::format("      {}\n", visible_line(c.finding_after));
        if (!c.repro.empty()) out += fmt::format("      again: {}\n", visible_line(c.repro));
    }
    rest(out, all.size());
}

std::string side(const MeasuredSide& side) {
    if (!side.interval) return fmt::format("{:.6g}", side.median);
    return fmt::format("{:.6g} ({:.6g} to {:.6g})", side.median, side.interval->low, side.interval->high);
}

void measurements(std::string& out, const Changes& changes) {
    if (changes.measurements.empty()) return;
    const auto end = std::find_if(changes.measurements.begin(), changes.measurements.end(),
                                  [](const auto& pair) { return !pair.moved; });
    const auto moved = static_cast<size_t>(std::distance(changes.measurements.begin(), end));
    out += fmt::format("\nmeasurements: {} in both, {} whose 99 % intervals do not overlap\n",
                       changes.measurements.size(), moved);
    for (size_t i = 0; i < std::min(kShown, moved); ++i) {
        const auto& pair = changes.measurements[i];
        out += fmt::format("  {} {}, {}: {} → {}{}\n", visible_line(pair.name), visible_line(pair.side),
                           visible_line(pair.unit), side(pair.before), side(pair.after),
                           pair.ratio ? fmt::format(", ratio {:.3f}", *pair.ratio) : "");
    }
    rest(out, moved);
}

void counts(std::string& out, const Changes& changes) {
    if (changes.counts.empty()) return;
    const auto text = [](const std::optional<int64_t>& n) { return n ? std::to_string(*n) : std::string("none"); };
    out += fmt::format("\ncounted otherwise: {}\n", changes.counts.size());
    for (size_t i = 0; i < std::min(kShown, changes.counts.size()); ++i) {
        const auto& count = changes.counts[i];
        out += fmt::format("  {}  {}: {} → {}\n", visible_line(count.name), visible_line(count.what),
                           text(count.before), text(count.after));
    }
    rest(out, changes.counts.size());
}

void drifts(std::string& out, const Changes& changes) {
    if (changes.drifts.empty()) return;
    out += fmt::format("\npass both times, at another distance from what is recorded: {}\n", changes.drifts.size());
    for (size_t i = 0; i < std::min(kShown, changes.drifts.size()); ++i) {
        const auto& drift = changes.drifts[i];
        out +=
            fmt::format("  {}  {} ‰ → {} ‰ of what is allowed\n", visible_line(drift.name), drift.before, drift.after);
    }
    rest(out, changes.drifts.size());
}

void times(std::string& out, const Changes& changes) {
    if (changes.steps.empty()) return;
    out += "\nseconds\n";
    for (const auto& step : changes.steps)
        out += fmt::format("  {:<12} {:>8.1f} → {:>8.1f}\n", visible_line(step.name), step.before, step.after);
}

std::string run(const char* letter, const gate::ComparedRun& run) {
    return fmt::format("{}  {}: {}, {} cases, {} not passed\n   {}, {}\n", letter, visible_line(run.file),
                       to_string(run.outcome), run.cases, run.failed, visible_line(run.candidate),
                       visible_line(run.started));
}

}  // namespace

std::string to_text(const Changes& changes) {
    std::string out = run("A", changes.before) + run("B", changes.after);
    if (!changes.facts.empty()) out += "\ndiffers\n";
    for (const auto& fact : changes.facts)
        out += fmt::format("  {}: {} → {}\n", fact.name, visible_line(fact.before), visible_line(fact.after));
    if (!changes.broken_steps.empty()) out += "\nsteps newly broken\n";
    for (const auto& step : changes.broken_steps)
        out += fmt::format("  {}  {} → {}\n", visible_line(step.name), to_string(step.before), to_string(step.after));
    cases(out, "new failures", changes.new_failures, true);
    cases(out, "fixed", changes.fixed, false);
    cases(out, "other changes of status", changes.other_status, false);
    cases(out, "failed both times, with another error", changes.other_error, true);
    cases(out, "lost", changes.lost, false);
    cases(out, "added", changes.added, false);
    drifts(out, changes);
    counts(out, changes);
    measurements(out, changes);
    times(out, changes);
    return out + "\n" + summary(changes) + "\n";
}

}  // namespace simple::reports

#include "ci/engine/terminal.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "ci/testkit/seconds.h"
#include "reports/groups.h"
#include "reports/promises.h"
#include "reports/scorecard.h"
#include "reports/visible_text.h"

namespace simple::gate {
namespace {

constexpr const char* kRed = "31";
constexpr const char* kGreen = "32";
constexpr const char* kYellow = "33";
constexpr const char* kBold = "1";
constexpr size_t kGroupsShown = 40;
constexpr size_t kAlikeShown = 5;
constexpr size_t kMessageLines = 12;
constexpr size_t kPromisesSpelledOut = 3;
constexpr double kRedrawSeconds = 0.1;

// Of C programs in a message only the calls: what every program begins with says nothing about the failure.
std::string without_preludes(std::string text) {
    constexpr const char* kFirst = "#include <";
    constexpr const char* kMain = "int main(void) {\n";
    for (size_t begin = 0; (begin = text.find(kFirst, begin)) != std::string::npos;) {
        const size_t end = text.find(kMain, begin);
        if (end == std::string::npos) break;
        text.erase(begin, end + std::char_traits<char>::length(kMain) - begin);
    }
    return text;
}

std::string indented(const std::string& message, const char* indent) {
    const std::string text = without_preludes(message);
    std::string out;
    size_t lines = 0;
    for (size_t begin = 0; begin < text.size();) {
        const size_t end = std::min(text.find('\n', begin), text.size());
        if (++lines > kMessageLines) return out + indent + "… (the whole message is in verdict.json)\n";
        out += indent + text.substr(begin, end - begin) + "\n";
        begin = end + 1;
    }
    return out;
}

// The others of a group, by name: what repeats each is in summary.md.
void alike(const FailureGroup& group) {
    if (group.size() == 1) return;
    std::string names;
    for (size_t i = 1; i < group.size() && i <= kAlikeShown; ++i) names += (i == 1 ? "" : ", ") + group[i]->name();
    fmt::print("    alike: {} more: {}{}\n", group.size() - 1, names, group.size() - 1 > kAlikeShown ? ", …" : "");
}

struct Counts {
    std::map<std::pair<Status, std::string>, size_t> of;  // by status and what is said of it
    size_t all = 0;
    double seconds = 0;

    std::string text() const {
        std::string text = fmt::format("{:5} cases", all);
        for (const auto& [kind, n] : of) {
            text += fmt::format(", {} {}", n, to_string(kind.first));
            if (!kind.second.empty()) text += fmt::format(" ({})", kind.second);
        }
        return text;
    }
};

// Of a skipped case what it lacks, of another where it ran, if not where the run's cases do.
std::string remark(const CaseResult& c) {
    if (c.status == Status::skipped) return c.capability;
    return c.device.empty() ? "" : c.device + " CUDA";
}

}  // namespace

Terminal::Terminal() : tty_(isatty(STDOUT_FILENO) != 0), colours_(tty_ && !std::getenv("NO_COLOR")) {}

std::string Terminal::paint(const char* colour, const std::string& text) const {
    return colours_ ? fmt::format("\033[{}m{}\033[0m", colour, text) : text;
}

std::string Terminal::status(std::string_view text, bool good, bool bad) const {
    return paint(good ? kGreen : bad ? kRed : kYellow, fmt::format("{:<12}", text));
}

void Terminal::clear_line() const {
    if (tty_) fmt::print("\r\033[K");
}

void Terminal::step_begins(const StepResult& step) { fmt::print("{}: {}\n", paint(kBold, step.name), step.title); }

void Terminal::suite_begins(const std::string& suite, size_t cases) {
    suite_ = suite;
    total_ = cases;
    done_ = failed_ = 0;
    shown_ = wall_seconds();
}

void Terminal::progress(const CaseResult& latest, size_t remaining) {
    if (is_failure(latest.status)) ++failed_;
    done_ = total_ - remaining;
    if (!tty_ || wall_seconds() - shown_ < kRedrawSeconds) return;
    shown_ = wall_seconds();
    clear_line();
    fmt::print("  {} {}/{}, {} not passed", suite_, done_, total_, failed_);
    std::fflush(stdout);
}

void Terminal::suite_ends() {
    clear_line();
    fmt::print("  {}: {} of {} cases did not pass{}\n", suite_, failed_, done_,
               done_ == total_ ? "" : fmt::format(", {} did not run", total_ - done_));
}

void Terminal::failures(const Verdict& verdict) const {
    const auto groups = groups_of_failures(verdict.cases);
    for (size_t i = 0; i < groups.size(); ++i) {
        if (i == kGroupsShown) {
            fmt::print("… and {} more kinds of failures, in summary.md\n\n", groups.size() - kGroupsShown);
            return;
        }
        const CaseResult& c = *groups[i].front();
        fmt::print("{} {}{}\n", paint(kRed, std::string(to_string(c.status))),
                   paint(kBold, reports::visible_line(c.name())),
                   c.function.empty() ? "" : fmt::format("  ({})", c.function));
        fmt::print("{}", indented(reports::visible_text(c.message), "    "));
        if (c.promises.size() <= kPromisesSpelledOut)
            for (const auto& id : c.promises) fmt::print("    promise {}: {}\n", id, promise_text(id));
        else
            fmt::print("    promises {}\n", fmt::join(c.promises, " "));
        if (!c.repro.empty()) fmt::print("    again: {}\n", c.repro);
        alike(groups[i]);
        fmt::print("\n");
    }
}

void Terminal::verdict(const Verdict& verdict, const std::string& where) const {
    clear_line();
    fmt::print("\n");
    failures(verdict);
    for (const auto& step : verdict.steps) {
        const bool good = step.status == StepStatus::pass;
        const bool bad = step.status == StepStatus::fail || step.status == StepStatus::error;
        fmt::print("{:<12} {} {}\n", step.name, status(to_string(step.status), good, bad),
                   good || bad || step.status == StepStatus::inconclusive || step.status == StepStatus::interrupted
                       ? fmt::format("{:6.1f} s", step.seconds)
                       : "");
        std::map<std::string, Counts> suites;
        for (const auto& c : verdict.cases)
            if (c.step == step.name) {
                ++suites[c.suite].of[{c.status, remark(c)}];
                ++suites[c.suite].all;
            }
        for (const auto& [name, counts] : suites) fmt::print("    {:<14} {}\n", name, counts.text());
        for (const auto& note : step.notes) fmt::print("    {}\n", note);
        for (const auto& problem : step.problems) fmt::print("    {}\n", paint(kRed, problem));
    }
    fmt::print("\n");
    if (!verdict.scorecard.empty()) {
        fmt::print("{:<14} {:>10} {:>16}\n", "category", "functions", "cases passed");
        for (const auto& score : verdict.scorecard)
            fmt::print("{:<14} {:>10} {:>16}\n", score.name, fmt::format("{} of {}", score.present, score.functions),
                       fmt::format("{} of {}", score.passed, score.cases));
        if (const std::string next = next_functions(verdict); !next.empty()) fmt::print("\n{}\n", next);
        fmt::print("\n");
    }
    for (const auto& waiver : verdict.waivers)
        if (waiver.state != "used" && waiver.state != "unused")
            fmt::print("waiver {}: {}\n", waiver.scope, paint(kRed, waiver.state));
    for (const auto& problem : verdict.problems) fmt::print("{}\n", paint(kRed, problem));
    if (!verdict.unnamed_promises.empty())
        fmt::print("promises that no case of this build names: {}\n", fmt::join(verdict.unnamed_promises, " "));
    if (verdict.run.interrupted) fmt::print("interrupted; the report holds what ran until then\n");
    std::vector<std::string> not_built;
    for (const auto& step : verdict.steps)
        if (step.status == StepStatus::not_built) not_built.push_back(step.name);
    if (!not_built.empty())
        fmt::print("not built, so not passed: {} (--step or --suite select what to do without)\n",
                   fmt::join(not_built, ", "));
    const bool good = verdict.outcome == Outcome::pass;
    if (verdict.run.shard) {
        fmt::print("{} in {:.1f} s; of {} only ci/gate merge gives a verdict; {}\n",
                   paint(good ? kGreen : kRed, fmt::format("shard {}/{}: {}", verdict.run.shard->index,
                                                           verdict.run.shard->of, to_string(verdict.outcome))),
                   verdict.run.seconds, verdict.run.candidate, where);
        return;
    }
    fmt::print("{} {} in {:.1f} s; {}\n",
               paint(good ? kGreen : kRed, fmt::format("verdict: {}", to_string(verdict.outcome))),
               verdict.run.candidate, verdict.run.seconds, where);
}

}  // namespace simple::gate

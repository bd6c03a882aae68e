#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

#include "bench/compare/certificate.h"
#include "bench/compare/decide.h"
#include "bench/compare/proportion.h"
#include "bench/compare/u_test.h"

namespace simple::compare {
namespace {

constexpr double kConfidenceOfBounds = 0.9;  // of both together: each holds with 95 %

using Lines = std::vector<const Counted*>;

Lines those(const Lines& lines, const std::function<bool(const Counted&)>& take) {
    Lines taken;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(taken),
                 [&](const Counted* line) { return take(*line); });
    return taken;
}

size_t count_of(const Lines& lines, const std::function<bool(const Counted&)>& take) {
    return those(lines, take).size();
}

size_t sum_of(const Lines& lines, const std::function<size_t(const Counted&)>& what) {
    size_t sum = 0;
    for (const Counted* line : lines) sum += what(*line);
    return sum;
}

// "3 of 100 (0.6 to 8.5 %)"
std::string share(size_t hits, size_t trials) {
    const statistics::Interval bounds = clopper_pearson(hits, trials, kConfidenceOfBounds);
    return fmt::format("{} of {} ({:.1f} to {:.1f} %)", hits, trials, 100 * bounds.low, 100 * bounds.high);
}

double mean_elsewhere(const Lines& lines) {
    double sum = 0;
    for (const Counted* line : lines) sum += line->elsewhere;
    return 100 * sum / static_cast<double>(lines.size());
}

constexpr const char* kEither = "~";  // behind the kinds that it sums up

const char* described(const std::string& kind) {
    return kind == "copy" ? "itself" : kind == kEither ? "either" : "itself, linked otherwise";
}

std::string equal_builds(const Lines& lines) {
    std::string text =
        "| equal builds, all calls | compared with | an alarm | invalid | inconclusive calls | other work | U test: an "
        "alarm "
        "| U test: calls called different |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n";
    std::set<std::pair<std::string, std::string>> groups;
    for (const Counted* line : lines)
        for (const std::string& kind : {line->setting.kind, std::string(kEither)})
            groups.emplace(line->setting.condition, kind);
    for (const auto& [condition, kind] : groups) {
        const Lines of = those(lines, [&, &c = condition, &k = kind](const Counted& line) {
            return line.setting.condition == c && (k == kEither || line.setting.kind == k);
        });
        const auto decided = [&](const char* decision) {
            return sum_of(of, [&](const Counted& line) {
                const auto found = line.decisions.find(decision);
                return found == line.decisions.end() ? 0 : found->second;
            });
        };
        text += fmt::format("| {} | {} | {} | {} | {} of {} | {:.0f} % | {} | {} of {} |\n", condition, described(kind),
                            share(count_of(of, [](const Counted& line) { return !line.alarms.empty(); }), of.size()),
                            count_of(of, [](const Counted& line) { return !line.nulls_off.empty(); }),
                            decided("inconclusive"), sum_of(of, [](const Counted& line) { return line.calls; }),
                            mean_elsewhere(of),
                            share(count_of(of, [](const Counted& line) { return line.u_alarms > 0; }), of.size()),
                            sum_of(of, [](const Counted& line) { return line.u_alarms; }),
                            sum_of(of, [](const Counted& line) { return line.u_tests; }));
    }
    return text;
}

// In a comparison of all calls more of them are judged than in one of a few, and each needs a smaller p for that.
size_t most_judged(const Lines& lines) {
    size_t judged = 1;
    for (const Counted* line : lines) judged = std::max(judged, line->judged);
    return judged;
}

// "smallest" of "add/smallest".
std::string size_of(const std::string& call) { return call.substr(call.find('/') + 1); }

std::string slowdowns(const Lines& lines, double threshold) {
    using Group = std::tuple<std::string, std::string, int, std::string>;
    std::map<Group, std::vector<const Slowed*>> groups;
    std::map<Group, Lines> comparisons;
    for (const Counted* line : lines)
        for (const Slowed& call : line->slowed) {
            const Group group{line->setting.condition, call.planted.kind, call.planted.percent,
                              size_of(call.planted.name)};
            groups[group].push_back(&call);
            comparisons[group].push_back(line);
        }
    std::string text =
        "| planted | in | ratio found | found | inconclusive | passed | invalid | other work | U test: found |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
    for (const auto& [group, calls] : groups) {
        const auto& [condition, kind, percent, size] = group;
        const auto count = [&, &of = calls](const std::function<bool(const Slowed&)>& take) {
            return static_cast<size_t>(
                std::count_if(of.begin(), of.end(), [&](const Slowed* call) { return take(*call); }));
        };
        const auto decided = [&](const char* decision) {
            return count([&](const Slowed& call) { return call.decision == decision; });
        };
        std::vector<double> ratios;
        for (const Slowed* call : calls) ratios.push_back(call->ratio);
        const auto found = [&](const Slowed& call) {
            return call.decision == "regressed" && call.p_value <= threshold;
        };
        text +=
            fmt::format("| {} {} %, {} | {} | {:.3f} | {} | {} | {} | {} | {:.0f} % | {} |\n", kind, percent, condition,
                        size, statistics::median(ratios), share(count(found), calls.size()), decided("inconclusive"),
                        decided("pass"), decided("invalid"), mean_elsewhere(comparisons[group]),
                        share(count([](const Slowed& call) { return call.u_test < kUTestAlpha; }), calls.size()));
    }
    return text;
}

std::string of_machine(const Lines& lines) {
    const Lines equal = those(lines, [](const Counted& line) { return line.setting.slowed.empty(); });
    const Lines slow = those(lines, [](const Counted& line) { return !line.setting.slowed.empty(); });
    std::string text;
    if (!equal.empty()) text += equal_builds(equal) + "\n";
    if (slow.empty()) return text;
    const size_t judged = most_judged(lines);
    const double threshold = kFamilyError / static_cast<double>(2 * judged);
    text += slowdowns(slow, threshold);
    text += fmt::format(
        "\nFound: called *regressed*, with p at most {:.2g}, as among {} judged calls, the most that a comparison had. "
        "In {} "
        "of these {} comparisons a call was called changed in which nothing was planted.\n\n",
        threshold, judged, count_of(slow, [](const Counted& line) { return !line.alarms.empty(); }), slow.size());
    return text;
}

}  // namespace

std::string tables(const std::vector<Counted>& all, const std::string& procedure) {
    std::map<std::string, Lines> machines;
    size_t others = 0;
    for (const Counted& line : all)
        if (line.setting.procedure == procedure)
            machines[line.machine].push_back(&line);
        else
            ++others;
    std::string text;
    for (const auto& [machine, lines] : machines) text += fmt::format("On {}:\n\n{}", machine, of_machine(lines));
    if (machines.empty()) text += "Nothing was measured with today's procedure yet.\n\n";
    if (others > 0)
        text += fmt::format("{} comparisons by earlier forms of the procedure are kept, and are not counted here.\n\n",
                            others);
    return text + fmt::format(
                      "In brackets: bounds of the probability, each of which holds with {:.0f} % confidence (Clopper "
                      "and Pearson).\n",
                      50 * (1 + kConfidenceOfBounds));
}

}  // namespace simple::compare

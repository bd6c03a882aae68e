#include "bench/direct/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "bench/calls/sampling_process.h"

namespace simple::bench {
namespace {

using Json = nlohmann::json;

constexpr int kSideBySide = 2;  // processes that load while nothing measures

Measured& row_of(Comparison& comparison, const Json& line) {
    Measured& row = row_named(comparison.rows, line.at("begin"));
    row.function = line.at("function");
    row.size = line.at("size");
    row.operands = line.at("operands");
    row.threads = line.at("threads");
    row.null = line.at("null");
    row.limit = line.at("limit");
    row.limit_reason = line.at("limit_reason");
    return row;
}

void take(Measured& row, const Json& sample) {
    row.abi_ns.push_back(sample.at("abi_ns"));
    row.unit_ns.push_back(sample.at("unit_ns"));
    row.cost.push_back(sample.at("cost"));
    row.has_direct = sample.at("has_direct");
    if (row.has_direct) row.direct_ns.push_back(sample.at("direct_ns"));
}

// A row that has no time: its samples, if a process had some, are of no use.
void give_up(Measured& row, Judged judged, const std::string& why) {
    row.judged = judged;
    row.message = why;
    row.abi_ns.clear();
    row.direct_ns.clear();
    row.unit_ns.clear();
    row.cost.clear();
}

bool ended_its_process(const Measured& row) { return row.judged == Judged::crash || row.judged == Judged::timeout; }

bool is_given_up(const Measured& row) {
    return row.judged == Judged::skipped || row.judged == Judged::error || ended_its_process(row);
}

// Processes over these rows, or all where there are none, but for those that are given up; how many came to their end.
// What one does not live through is judged.
int sample(const Measuring& measuring, const std::vector<std::string>& filters, int processes, Comparison& comparison) {
    Choice choice{filters, {}};
    for (const Measured& row : comparison.rows)
        if (is_given_up(row)) choice.except.push_back(row.name);
    std::string name;
    const auto read = [&](const Json& line) {
        if (line.contains("libtorch")) comparison.libtorch = line["libtorch"];
        if (line.contains("not_comparable")) comparison.not_comparable = line["not_comparable"];
        if (line.contains("begin")) name = row_of(comparison, line).name;
        // A row that ended the process before this one is given up: what was asked of both has no use.
        if (!name.empty() && is_given_up(row_named(comparison.rows, name))) return;
        if (line.contains("cost")) take(row_named(comparison.rows, name), line);
        if (line.contains("skipped")) give_up(row_named(comparison.rows, name), Judged::skipped, line["skipped"]);
        if (line.contains("failed")) give_up(row_named(comparison.rows, name), Judged::error, line["failed"]);
    };
    int whole = 0;
    for (const Sampled& sampled :
         run_sampling_prepared(measuring.command, choice, static_cast<size_t>(processes), read)) {
        if (sampled.unfinished.empty()) {
            ++whole;
            continue;
        }
        Measured& open = row_named(comparison.rows, sampled.unfinished);
        if (sampled.hung)
            give_up(open, Judged::timeout, "a call of it does not end");
        else
            give_up(open, Judged::crash, "timing it ended the process with " + sampled.ending);
    }
    return whole;
}

std::vector<std::string> undecided(const Comparison& comparison) {
    std::vector<std::string> names;
    bool any = false;
    for (const Measured& row : comparison.rows) {
        any = any || (row.judged == Judged::inconclusive && !row.null);
        if (row.judged == Judged::inconclusive || row.null) names.push_back(row.name);
    }
    return any ? names : std::vector<std::string>();
}

void show_progress(const Measuring& measuring, const char* what, int done, int of) {
    if (measuring.progress) fmt::print(stderr, "\r{}: {} of {} processes ", what, done, of);
}

// So many processes over these rows. One that a row ended measured nothing behind it: another takes its place.
void sample_whole(const Measuring& measuring, const char* what, const std::vector<std::string>& filters, int processes,
                  Comparison& comparison) {
    const int most = processes + 16;
    for (int started = 0, whole = 0; whole < processes;) {
        show_progress(measuring, what, whole, processes);
        if (started >= most)
            throw std::runtime_error(fmt::format("{} measuring processes ended early", started - whole));
        const int next = std::min(kSideBySide, processes - whole);
        whole += sample(measuring, filters, next, comparison);
        if (!comparison.not_comparable.empty()) return;
        started += next;
    }
}

}  // namespace

Comparison measure(const Measuring& measuring) {
    Comparison comparison;
    sample_whole(measuring, "all rows", measuring.filters, measuring.processes, comparison);
    if (!comparison.not_comparable.empty()) return comparison;
    judge(comparison.rows);
    int processes = measuring.confirm;
    for (int round = 0; round < measuring.rounds; ++round, processes *= 2) {
        const auto names = undecided(comparison);
        if (names.empty()) break;
        sample_whole(measuring, "undecided rows", names, processes, comparison);
        for (const auto& name : names) look_again(row_named(comparison.rows, name));
        judge(comparison.rows);
    }
    if (measuring.progress) fmt::print(stderr, "\r{:40}\r", "");
    return comparison;
}

}  // namespace simple::bench

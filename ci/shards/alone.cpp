#include "ci/shards/alone.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace simple::gate {
namespace {

struct Window {
    double begin = 0, end = 0;
};

double seconds_of(const std::string& utc) {
    tm parts{};
    strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    return static_cast<double>(timegm(&parts));
}

Window window_of(const Run& run) {
    const double begin = seconds_of(run.started);
    return {begin, begin + run.seconds};
}

// It is the last step of a run.
Window window_of_step(const Verdict& shard) {
    Window window = window_of(shard.run);
    for (const auto& step : shard.steps)
        if (step.name == kAloneStep) window.begin = window.end - step.seconds;
    return window;
}

// Beginnings are known to a second.
bool overlap(const Window& a, const Window& b) { return std::min(a.end, b.end) - std::max(a.begin, b.begin) > 1; }

bool on_one_machine(const Run& a, const Run& b) {
    const std::string &boot = a.shard->boot_id, &other = b.shard->boot_id;
    return boot.empty() || other.empty() ? a.host == b.host : boot == other;
}

std::vector<size_t> beside(const ReadShards& read, size_t timing) {
    const Verdict& shard = read.shards[timing].verdict;
    const Window window = window_of_step(shard);
    std::vector<size_t> numbers;
    for (size_t i = 0; i < read.shards.size(); ++i) {
        const Run& other = read.shards[i].verdict.run;
        if (i != timing && on_one_machine(shard.run, other) && overlap(window, window_of(other)))
            numbers.push_back(i + 1);
    }
    return numbers;
}

}  // namespace

void judge_alone(const ReadShards& read, Verdict& merged) {
    for (size_t i = 0; i < read.plan.shards.size() && i < read.shards.size(); ++i) {
        const auto& checks = read.plan.shards[i].own_checks;
        if (std::find(checks.begin(), checks.end(), kAloneStep) == checks.end()) continue;
        const auto others = beside(read, i);
        if (others.empty()) continue;
        const std::string why =
            fmt::format("timed in shard {} while shard {} ran on the same machine", i + 1, fmt::join(others, ", "));
        bool any = false;
        for (auto& c : merged.cases) {
            if (c.step != kAloneStep || c.suite != kAloneStep) continue;
            if (c.status != Status::pass && c.status != Status::fail) continue;
            c.message = fmt::format("{}: {}{}{}", why, to_string(c.status), c.message.empty() ? "" : ": ", c.message);
            c.status = Status::inconclusive;
            any = true;
        }
        for (auto& step : merged.steps)
            if (any && step.name == kAloneStep)
                step.notes.push_back(why + ": give it a machine of its own, or run it when the others are through");
    }
}

}  // namespace simple::gate

#include "ci/steps/paired_blocks.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <numeric>
#include <random>

#include "reports/statistics.h"

namespace simple::gate {
namespace {

constexpr int kRounds = 500;
constexpr double kBlockNs = 20e3;
constexpr int kTries = 5;
constexpr int kMostCalls = 1 << 20;

double block_ns(const Side& side, int calls) {
    const auto before = std::chrono::steady_clock::now();
    side.run(calls);
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - before).count();
}

// As many calls as fill a block. Of several tries the least counts: one that was interrupted fills it with nothing.
int calls_of(const Side& side) {
    for (int calls = 1;; calls *= 2) {
        double least = std::numeric_limits<double>::infinity();
        for (int i = 0; i < kTries; ++i) least = std::min(least, block_ns(side, calls));
        if (least >= kBlockNs || calls >= kMostCalls) return calls;
    }
}

}  // namespace

Rounds time_rounds(const std::vector<Side>& sides) {
    std::vector<int> calls;
    for (const Side& side : sides) calls.push_back(calls_of(side));
    Rounds ns(sides.size(), std::vector<double>(kRounds));
    std::vector<size_t> order(sides.size());
    std::iota(order.begin(), order.end(), 0);
    std::minstd_rand random(static_cast<unsigned>(getpid()));
    for (int round = 0; round < kRounds; ++round) {
        std::shuffle(order.begin(), order.end(), random);
        for (const size_t side : order) ns[side][round] = block_ns(sides[side], calls[side]) / calls[side];
    }
    return ns;
}

double median_over_rounds(const Rounds& rounds, const std::function<double(const std::vector<double>&)>& figure) {
    std::vector<double> figures;
    std::vector<double> of_round(rounds.size());
    for (size_t round = 0; round < rounds.front().size(); ++round) {
        for (size_t side = 0; side < rounds.size(); ++side) of_round[side] = rounds[side][round];
        figures.push_back(figure(of_round));
    }
    return statistics::median(figures);
}

}  // namespace simple::gate

#include "bench/compare/slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "bench/calls/block.h"
#include "reports/statistics.h"

namespace simple::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kRowNs = 8e6;  // for all slots of a call, but at least the fewest
constexpr int kFewestSlots = 5;
constexpr int kMostSlots = 60;
constexpr int kWarmUp = 2;  // slots that do not count

struct Blocks {
    double first = 0, second = 0;
    double mean() const { return (first + second) / 2; }
};

using Slot = std::vector<Blocks>;  // a side each

Slot one_slot(const std::vector<Block>& blocks, int calls, std::mt19937& random) {
    std::vector<size_t> order = drawn_order(blocks.size(), random);
    Slot slot(blocks.size());
    for (const size_t i : order) slot[i].first = blocks[i](calls);
    std::reverse(order.begin(), order.end());
    for (const size_t i : order) slot[i].second = blocks[i](calls);
    return slot;
}

}  // namespace

std::string ComparedCall::name() const { return fails ? std::string(function(call.fn).name) + "/error" : call.name(); }

std::vector<ComparedCall> compared_calls(bool control) {
    std::vector<ComparedCall> calls;
    for (const Size size : {Size::smallest, Size::realistic})
        for (size_t i = 0; i < kFunctionCount; ++i)
            if (auto call = timed_call(functions()[i].id, size, control)) calls.push_back({std::move(*call), false});
    for (size_t i = 0; i < kFunctionCount; ++i)
        if (auto call = failing_call(functions()[i].id)) calls.push_back({std::move(*call), true});
    return calls;
}

bool makes_all_operands(const Backend& backend) {
    return backend.has(Fn::to_float32) && backend.has(Fn::from_i64_data);
}

std::vector<size_t> drawn_order(size_t sides, std::mt19937& random) {
    std::vector<size_t> order(sides);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    return order;
}

SlotSample in_slots(const std::vector<Block>& blocks, int calls, double floor_ns) {
    std::mt19937 random(std::random_device{}());
    std::vector<double> baseline, candidate, ratio, null, relink, noise;
    const auto start = Clock::now();
    for (int n = -kWarmUp; n < kMostSlots; ++n) {
        const double spent = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
        if (n >= kFewestSlots && spent > kRowNs) break;
        const Slot slot = one_slot(blocks, calls, random);
        if (n < 0) continue;
        const double base = slot[kBaseline].mean(), against = std::max(base, floor_ns);
        baseline.push_back(base);
        candidate.push_back(slot[kCandidate].mean());
        const auto beside = [&](SideIndex side) { return 1 + (slot[side].mean() - base) / against; };
        ratio.push_back(beside(kCandidate));
        null.push_back(beside(kCopy));
        if (slot.size() > kRelink) relink.push_back(beside(kRelink));
        noise.push_back(std::abs(slot[kBaseline].second - slot[kBaseline].first) / against);
    }
    return {statistics::median(baseline),
            statistics::median(candidate),
            statistics::median(ratio),
            statistics::median(null),
            relink.empty() ? std::nullopt : std::optional(statistics::median(relink)),
            statistics::median(noise)};
}

SlotSample compare_in_slots(const ComparedCall& compared, const Libraries& libraries, double floor_ns) {
    std::mt19937 random(std::random_device{}());
    const std::vector<size_t> making = drawn_order(libraries.size(), random);
    std::vector<std::unique_ptr<Side>> sides(libraries.size());
    std::vector<Block> blocks(libraries.size());
    std::vector<Perturbed> holes;
    for (const size_t i : making) {
        holes.emplace_back(random);
        try {
            sides[i] = abi_side(libraries[i], compared.call, compared.fails);
        } catch (const std::exception& error) {
            throw std::runtime_error(fmt::format("the {}'s: {}", kSideNames[i], error.what()));
        }
        blocks[i] = [&side = *sides[i]](int calls) { return block_ns(side, calls); };
    }
    int calls = kMostCalls;
    for (const size_t i : making) calls = std::min(calls, calls_in_block(*sides[i]));
    return in_slots(blocks, calls, floor_ns);
}

double floor_ns(const Backend& baseline) {
    constexpr int kBlocks = 9;
    const auto add = abi_side(baseline, *timed_call(Fn::add, Size::smallest, baseline.has(Fn::to_float32)));
    const int calls = calls_in_block(*add);
    std::vector<double> ns;
    for (int i = 0; i < kBlocks; ++i) ns.push_back(block_ns(*add, calls));
    return statistics::median(ns) / 8;
}

}  // namespace simple::bench

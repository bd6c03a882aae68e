// Short blocks of calls, the unit of all timing: long beside reading the clock, short beside what slows a machine.
#pragma once

#include <chrono>
#include <memory>
#include <random>
#include <vector>

#include "bench/calls/side.h"

namespace simple::bench {

inline constexpr double kBlockNs = 20e3;
inline constexpr int kMostCalls = 2000;  // in a block

// Nanoseconds a call of one block. ready is called when everything is, right before the clock is read.
template <typename Ready>
double block_ns(Side& side, int calls, Ready&& ready) {
    using Clock = std::chrono::steady_clock;
    side.prepare(calls);
    ready();
    const auto start = Clock::now();
    side.run(calls);
    const auto end = Clock::now();
    side.finish();
    return std::chrono::duration<double, std::nano>(end - start).count() / calls;
}
inline double block_ns(Side& side, int calls) {
    return block_ns(side, calls, [] {});
}

// How many calls fill a block, from blocks of a growing number of calls, each the fastest of a few: the first are cold.
int calls_in_block(Side& side);

// A process's heap begins at a place of its own, but only whole pages apart: within a page everything lies where it lay
// in the process before, and what lies there well or badly does so in all of them. Holes of random sizes, made before
// each side's operands, draw that layout too.
class Perturbed {
  public:
    explicit Perturbed(std::mt19937& random);

  private:
    std::vector<std::unique_ptr<char[]>> held_;
};

}  // namespace simple::bench

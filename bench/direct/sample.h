// One process's measurement of every pair.
#pragma once

#include <string>
#include <vector>

#include "bench/direct/pair.h"

namespace simple::bench {

// Medians over the blocks of one process. The ratio is the median of the blocks' ratios, each of two blocks that ran
// one right after the other, so that what slows the machine for longer than that slows both.
struct Sample {
    double abi_ns = 0;  // a call
    double direct_ns = 0;
    double ratio = 0;
};

// One sample a pair, in the pairs' order, under Google Benchmark; prints its table when asked.
std::vector<Sample> take_samples(const std::vector<Pair>& pairs, bool print);

}  // namespace simple::bench

// One process's measurement of a row.
#pragma once

#include "bench/direct/row.h"

namespace simple::bench {

// Medians over the rounds of one process. In a round each side runs one short block, in an order drawn anew, and so
// does the unit: at::add of two 4x4 tensors, called directly, the cheapest call that goes through LibTorch's
// dispatcher.
struct Sample {
    double abi_ns = 0;  // a call
    bool has_direct = false;
    double direct_ns = 0;
    double unit_ns = 0;
    // 1 + (abi - direct) / max(direct, unit), of one round: how many times as long as the direct call a call takes.
    // Where the direct call is cheaper than the unit, or none exists, what the layer adds is held against the unit,
    // since a multiple of next to nothing says nothing.
    double cost = 0;
};

Sample take_sample(const Row& row, const Backend& backend);

}  // namespace simple::bench

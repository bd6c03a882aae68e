#include "bench/calls/block.h"

#include <algorithm>

namespace simple::bench {

int calls_in_block(Side& side) {
    constexpr int kTries = 4;
    for (int calls = 1;; calls = std::min(kMostCalls, calls * 4)) {
        double ns = block_ns(side, calls);
        for (int i = 1; i < kTries && ns * calls < kBlockNs; ++i) ns = std::min(ns, block_ns(side, calls));
        if (ns * calls >= kBlockNs / 4 || calls == kMostCalls)
            return std::clamp(static_cast<int>(kBlockNs / ns), 1, kMostCalls);
    }
}

Perturbed::Perturbed(std::mt19937& random) {
    std::uniform_int_distribution<size_t> count(0, 40), bytes(16, 600);
    for (size_t i = count(random); i > 0; --i) held_.push_back(std::make_unique<char[]>(bytes(random)));
}

}  // namespace simple::bench

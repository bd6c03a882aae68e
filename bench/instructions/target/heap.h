// A process whose heap and stack lie otherwise: what allocations find free, and on which addresses things end up.
#pragma once

#include <cstdint>
#include <functional>
#include <random>
#include <vector>

namespace simple::bench {

// While it lives, blocks of drawn sizes, 16 B to 64 KiB, are held, with holes between them where others were freed.
class PerturbedHeap {
  public:
    explicit PerturbedHeap(uint64_t seed);
    PerturbedHeap(const PerturbedHeap&) = delete;
    PerturbedHeap& operator=(const PerturbedHeap&) = delete;
    ~PerturbedHeap();

  private:
    std::vector<void*> blocks_;
};

// Calls body with the stack some drawn number of bytes lower, up to a page, as a larger environment would put it.
void with_lower_stack(uint64_t seed, const std::function<void()>& body);

}  // namespace simple::bench

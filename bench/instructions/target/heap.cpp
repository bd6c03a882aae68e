#include "bench/instructions/target/heap.h"

#include <alloca.h>

#include <cstdlib>

namespace simple::bench {

PerturbedHeap::PerturbedHeap(uint64_t seed) {
    constexpr int kBlocks = 2000;
    std::mt19937_64 random(seed);
    for (int i = 0; i < kBlocks; ++i) {
        const size_t size = size_t{16} << random() % 13;
        blocks_.push_back(std::malloc(size + random() % size));
    }
    for (void*& block : blocks_)
        if (random() % 2) {
            std::free(block);
            block = nullptr;
        }
}

PerturbedHeap::~PerturbedHeap() {
    for (void* block : blocks_) std::free(block);
}

void with_lower_stack(uint64_t seed, const std::function<void()>& body) {
    std::mt19937_64 random(seed);
    void* room = alloca(16 * (1 + random() % 256));
    asm volatile("" : : "r"(room) : "memory");
    body();
}

}  // namespace simple::bench

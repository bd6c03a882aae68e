// Work for planted slowdowns: it takes a slower machine longer, as everything does there, which a wait does not.
#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

namespace simple {

// 40,000 numbers take some 2 ms of a core of a 2023 server.
inline void sort_numbers(size_t count) {
    std::vector<unsigned> numbers(count);
    std::generate(numbers.begin(), numbers.end(), std::minstd_rand());
    std::sort(numbers.begin(), numbers.end());
    asm volatile("" : : "r"(numbers.data()) : "memory");
}

}  // namespace simple

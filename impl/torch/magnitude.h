// Whether numbers are large, several at a time: what every element is asked must cost less than what is computed of it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace simple::torch_backend {

constexpr int64_t kTogether = 32;

template <typename T>
using BitsOf = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

template <typename T>
BitsOf<T> bits_of(T x) {
    BitsOf<T> bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
}

// Of kTogether elements, whether the magnitude of one is `least` at least, or NaN; without a branch, a register of them
// at a time: magnitudes are in the order of their bits, and adding what those of `least` lack to the sign's place sets
// that.
template <typename T>
bool any_from(T least, const T* x) {
    using Bits = BitsOf<T>;
    constexpr int64_t kLanes = 16 / sizeof(T);
    typedef Bits Register __attribute__((vector_size(16)));
    constexpr Bits kSign = Bits{1} << (8 * sizeof(T) - 1);
    const Bits lacks = kSign - bits_of(least);
    Register sums{};
    for (int64_t i = 0; i < kTogether; i += kLanes) {
        Register bits;
        std::memcpy(&bits, x + i, sizeof bits);
        sums |= (bits & ~kSign) + lacks;
    }
    Bits any = 0;
    for (int64_t lane = 0; lane < kLanes; ++lane) any |= sums[lane];
    return (any & kSign) != 0;
}

// Whether bad holds of an element, which it may only of NaN and of magnitudes from `least` on.
template <typename T, typename Bad>
bool any_large(const T* x, int64_t count, T least, Bad bad) {
    int64_t i = 0;
    for (; i + kTogether <= count; i += kTogether)
        if (any_from(least, x + i) && std::any_of(x + i, x + i + kTogether, bad)) return true;
    return std::any_of(x + i, x + count, bad);
}

}  // namespace simple::torch_backend

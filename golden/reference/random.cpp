#include "golden/reference/random.h"

#include <cmath>
#include <mutex>
#include <random>

namespace simple::reference {
namespace {

constexpr double kTwoPi = 6.283185307179586477;

struct Generator {
    std::mutex mutex;
    std::mt19937_64 engine{std::random_device{}()};
};

Generator& generator() {
    static Generator one;
    return one;
}

// A multiple of 2^-24 in [0, 1): one that float32 holds exactly, so that rounding never gives 1.
double unit(std::mt19937_64& engine) { return std::ldexp(static_cast<double>(engine() >> 40), -24); }

// The distributions are written out, since the standard library's differ between implementations.
// Box-Muller: -2 log of a number in (0, 1] is the square of the radius.
double gaussian(std::mt19937_64& engine) {
    const double radius = std::sqrt(-2 * std::log(std::ldexp(static_cast<double>((engine() >> 11) + 1), -53)));
    return radius * std::cos(kTwoPi * unit(engine));
}

template <class Draw>
Values drawn(DType dtype, const Sizes& sizes, Draw draw) {
    Values x = zeros(dtype, sizes);
    const std::lock_guard<std::mutex> lock(generator().mutex);
    for (double& v : x.reals) v = draw(generator().engine);
    return x;
}

}  // namespace

void seed(uint64_t value) {
    const std::lock_guard<std::mutex> lock(generator().mutex);
    generator().engine.seed(value);
}

Values uniform(DType dtype, const Sizes& sizes) { return drawn(dtype, sizes, unit); }

Values normal(DType dtype, const Sizes& sizes) { return drawn(dtype, sizes, gaussian); }

Values dropout_mask(DType dtype, const Sizes& sizes, double p) {
    return drawn(dtype, sizes, [&](std::mt19937_64& engine) { return unit(engine) < p ? 0 : p < 1 ? 1 / (1 - p) : 0; });
}

}  // namespace simple::reference

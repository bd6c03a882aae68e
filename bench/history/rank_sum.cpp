#include "bench/history/rank_sum.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace simple::history {
namespace {

constexpr size_t kSmall = 16;

// P(U <= u) for few against many. The number of arrangements with a given U is a coefficient of the Gaussian binomial
// (few + many choose few)_q; each factor (1 - q^(many + i)) / (1 - q^i) turns one such polynomial into the next.
double exact_tail(size_t few, size_t many, size_t u) {
    std::vector<double> arrangements(u + 1, 0);
    arrangements[0] = 1;
    for (size_t i = 1; i <= few; ++i) {
        for (size_t k = u + 1; k-- > many + i;) arrangements[k] -= arrangements[k - many - i];
        for (size_t k = i; k <= u; ++k) arrangements[k] += arrangements[k - i];
    }
    double sum = 0;
    for (const double count : arrangements) sum += count;
    const double n = static_cast<double>(few + many), k = static_cast<double>(few);
    return std::exp(std::log(sum) + std::lgamma(k + 1) + std::lgamma(n - k + 1) - std::lgamma(n + 1));
}

}  // namespace

double rank_sum_p_value(size_t first, size_t rest, double u, double tie_factor) {
    const double m = static_cast<double>(first), n = static_cast<double>(rest);
    const double smaller = std::min(u, m * n - u);
    if (std::min(first, rest) <= kSmall && tie_factor == 1)
        return std::min(1.0,
                        2 * exact_tail(std::min(first, rest), std::max(first, rest), static_cast<size_t>(smaller)));
    const double z = (m * n / 2 - smaller) / std::sqrt(m * n * (m + n + 1) / 12 * tie_factor);
    return std::erfc(z / std::sqrt(2.0));
}

}  // namespace simple::history

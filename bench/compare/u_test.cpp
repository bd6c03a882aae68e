#include "bench/compare/u_test.h"

#include <algorithm>
#include <cmath>

#include "bench/history/rank_sum.h"

namespace simple::compare {

double u_test(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.empty() || b.empty()) return 1;
    constexpr size_t kFew = 8;
    const double m = static_cast<double>(a.size()), n = static_cast<double>(b.size());
    double u = 0;  // pairs whose first is the larger, equal ones counting half
    for (const double x : a)
        for (const double y : b) u += x > y ? 1 : x == y ? 0.5 : 0;
    std::vector<double> all(a);
    all.insert(all.end(), b.begin(), b.end());
    std::sort(all.begin(), all.end());
    double ties = 0;
    for (auto from = all.begin(); from != all.end();) {
        const auto to = std::upper_bound(from, all.end(), *from);
        const auto equal = static_cast<double>(to - from);
        ties += equal * equal * equal - equal;
        from = to;
    }
    if (ties == 0 && std::min(a.size(), b.size()) <= kFew) return history::rank_sum_p_value(a.size(), b.size(), u, 1);
    const double deviation = std::sqrt(m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1))));
    if (!(deviation > 0)) return 1;
    const double z = (std::max(u, m * n - u) - m * n / 2 - 0.5) / deviation;
    return std::min(1.0, std::erfc(z / std::sqrt(2.0)));
}

}  // namespace simple::compare

#include "reports/statistics.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace simple::statistics {

double median(std::vector<double> samples) {
    if (samples.empty()) throw std::invalid_argument("the median of no samples");
    std::sort(samples.begin(), samples.end());
    const size_t middle = samples.size() / 2;
    return samples.size() % 2 == 1 ? samples[middle] : (samples[middle - 1] + samples[middle]) / 2;
}

Interval median_interval(std::vector<double> samples, double confidence) {
    std::sort(samples.begin(), samples.end());
    const size_t count = samples.size();
    // outside = P(at most `rank` samples lie below the median), the chance that the upper end misses; the lower end's
    // is the same.
    double term = std::pow(0.5, static_cast<double>(count));
    double outside = term;
    if (count == 0 || 2 * outside > 1 - confidence)
        throw std::invalid_argument("too few samples for an interval of the median");
    size_t rank = 0;
    while (true) {
        term *= static_cast<double>(count - rank) / static_cast<double>(rank + 1);
        if (2 * (outside + term) > 1 - confidence) break;
        outside += term;
        ++rank;
    }
    return {samples[rank], samples[count - 1 - rank]};
}

}  // namespace simple::statistics

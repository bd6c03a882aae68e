// Order statistics: of latencies only ranks are trusted, as their distributions have long tails.
#pragma once

#include <cstddef>
#include <vector>

namespace simple::statistics {

// The middle value; of an even number the mean of the middle two. At least one sample.
double median(std::vector<double> samples);

struct Interval {
    double low = 0;
    double high = 0;
};

// The narrowest pair of symmetric ranks that covers the population's median with at least this confidence, whatever the
// distribution: the number of samples below the median is binomial with p = 1/2 (David and Nagaraja, Order Statistics,
// section 7.1). Throws std::invalid_argument where even the extremes do not: below 8 samples at 0.99.
Interval median_interval(std::vector<double> samples, double confidence);

}  // namespace simple::statistics

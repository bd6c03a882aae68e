// How a ratio is judged that was measured in several processes. A process draws a memory layout of its own, so its
// repetitions are not independent: the process is the sample. All that is trusted of the samples is their order.
#pragma once

#include <string>
#include <vector>

namespace simple::gate {

enum class Judged {
    pass,
    fail,
    more,  // processes are needed
    inconclusive
};

struct RatioLimit {
    double limit;
    double confidence;  // of the interval that the median lies in
};

// What one process measured. null is the ratio of two sides that do the same, 1 where there is none.
struct RatioSample {
    double ratio = 0;
    double null = 1;
};

struct RatioFigure {
    double median = 0, low = 0, high = 0;
};

// The samples' median with its interval, by order statistics. Fewer samples than the confidence asks for have none: low
// is 0 and high infinite.
RatioFigure figure_of(const std::vector<double>& samples, double confidence);

// Pass where the whole interval is within the limit, fail where all of it is beyond; otherwise more processes, until
// the last. By what the null's median is off, sides differ that do the same: the interval is widened by it. A null that
// is off by more than a quarter says that nothing can be measured here.
Judged judge_ratio(const std::vector<RatioSample>& samples, const RatioLimit& limit, bool last);

// "0.097 (limit 0.25; 99 % interval 0.096 to 0.099, 8 processes)"
std::string described(const std::vector<RatioSample>& samples, const RatioLimit& limit);

}  // namespace simple::gate
